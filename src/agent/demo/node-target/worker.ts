/** A worker: what it is made of, and then to work. */
import { flushCompileCache } from 'node:module'
import { faults, serve } from './worker-code.ts'

await serve(faults)
// Now rather than at exit, for a killed worker's successor is the one to profit.
flushCompileCache()

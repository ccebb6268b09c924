/** A worker's first file: it loads the rest only if it is to live. */
import { flushCompileCache } from 'node:module'
import { invariant } from '#domain/invariant.ts'
import { faultsReader } from './faults.ts'

const faultsFile = process.env['HOLDFAST_DEMO_FAULTS_FILE']
invariant(faultsFile !== undefined, 'the target is told where its faults are')
const faults = faultsReader(faultsFile)

// A worker that is to die at boot should at least die cheaply: the master starts the next one, for ever.
if (faults().crash_at_boot) process.exit(1)

const { serve } = await import('./worker-server.ts')
await serve(faults)
// Now rather than at exit, for a killed worker's successor is the one to profit.
flushCompileCache()

/** Everything that a worker loads, and nothing that it does: so that it can be tried without one. */
import { invariant } from '#domain/invariant.ts'
import { faultsReader } from './faults.ts'

const faultsFile = process.env['HOLDFAST_DEMO_FAULTS_FILE']
invariant(faultsFile !== undefined, 'the target is told where its faults are')
export const faults = faultsReader(faultsFile)

// A worker that is to die at boot should at least die cheaply: the master starts the next one, for ever.
if (faults().crash_at_boot) process.exit(1)

export const { serve } = await import('./worker-server.ts')

/**
 * The demonstration's process. Started by a supervisor with a channel between them; when that channel
 * closes the supervisor is gone, and so is the reason to run.
 */
import { HoldfastProblem } from '#domain/problems.ts'
import { systemClock } from '#agent/system/clock.ts'
import { parseDemoArguments } from './arguments.ts'
import { readDemoContract } from './contract-file.ts'
import { Demonstration } from './demonstration.ts'
import type { DemoEvent } from './events.ts'

function report(line: string): void {
  process.stderr.write(`demonstration: ${line}\n`)
}

/** Resolves when the other side has it, or nobody listens any more. */
function tell(event: DemoEvent): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) return resolve()
    process.send(event, undefined, undefined, () => resolve())
  })
}

function sentenceOf(cause: unknown): string {
  if (cause instanceof HoldfastProblem) return cause.detail
  return cause instanceof Error ? cause.message : String(cause)
}

function openDemonstration(emit: (event: DemoEvent) => void): Demonstration {
  const args = parseDemoArguments(process.argv.slice(2))
  return new Demonstration({
    args,
    contract: readDemoContract(args.contractFile),
    clock: systemClock,
    environment: process.env,
    emit,
    report,
  })
}

async function run(): Promise<void> {
  let demonstration: Demonstration | null = null
  let ending: Promise<void> | null = null

  // However many reasons to end arrive, it ends once, by the first of them.
  const end = (exitCode: number, failure: string | null) => {
    ending ??= (async () => {
      if (failure !== null) {
        report(failure)
        await tell({ type: 'failed', detail: failure })
      }
      await demonstration?.stop()
      process.exit(exitCode)
    })()
    return ending
  }
  process.on('SIGTERM', () => void end(0, null))
  process.on('SIGINT', () => void end(0, null))
  process.on('disconnect', () => void end(0, null))

  try {
    demonstration = openDemonstration((event) => {
      if (event.type === 'failed') void end(1, event.detail)
      else void tell(event)
    })
    await demonstration.start()
  } catch (cause) {
    await end(1, sentenceOf(cause))
  }
}

await run()

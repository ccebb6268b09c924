/**
 * The check as a process of its own (ADR 0029): it reads hundreds of files and looks at every process without ever
 * waiting, which the agent's event loop could not bear; and it is the very command that an operator calls.
 */
import { spawn } from 'node:child_process'
import { setPriority } from 'node:os'
import { HoldfastProblem } from '#domain/problems.ts'
import { checkDocument, type CheckDocument } from '#domain/schemas/contract-api.ts'
import { readJsonText } from '#domain/schemas/findings.ts'
import { cleanText } from '#domain/free-text.ts'
import type { DurationMs } from '#domain/time.ts'
import { AGENT_MAIN } from '#agent/places.ts'
import type { ContractCheck } from '#agent/ports/contract-check.ts'

/** A check takes some tenths of a second; on a disk that hangs it would never end. */
const LIMIT_MS: DurationMs = 20_000
/** A hundred items are some 50 KiB. */
const OUTPUT_LIMIT = 8 * 1024 * 1024
/** Watchdog and target come first. */
const NICE = 10

/** `contractFile`: the one that this process has loaded, however it was named to it. */
export function contractCheckChild(
  contractFile: string,
  program: readonly string[] = [AGENT_MAIN],
): ContractCheck {
  return (signal) =>
    new Promise((settle, reject) => {
      const child = spawn(process.execPath, [...program, 'contract', 'check', '--strict', '--json'], {
        env: { ...process.env, HOLDFAST_CONTRACT_FILE: contractFile },
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: LIMIT_MS,
        killSignal: 'SIGKILL',
        signal,
      })
      const fail = (why: string) => reject(new HoldfastProblem('check_failed', why))
      lower(child.pid)
      const said: { output: Buffer[]; bytes: number; errors: string } = { output: [], bytes: 0, errors: '' }
      child.stdout.on('data', (chunk: Buffer) => {
        said.bytes += chunk.length
        if (said.bytes <= OUTPUT_LIMIT) said.output.push(chunk)
        else child.kill('SIGKILL')
      })
      child.stderr.on('data', (chunk: Buffer) => (said.errors = `${said.errors}${chunk}`.slice(0, 1000)))
      child.once('error', (error) => fail(`it could not be started: ${error.message}`))
      child.once('close', (code, ended) => {
        if (ended !== null) return fail(`it was ended by ${ended}`)
        const read = documentOf(Buffer.concat(said.output).toString('utf8'))
        if (read !== null) return settle(read)
        return fail(`it ended with exit code ${code}: ${cleanText(said.errors.split('\n')[0] ?? '')}`)
      })
    })
}

function lower(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, NICE)
  } catch {
    // It has ended already, or may not be: then it runs as it is.
  }
}

/** Findings too are an answer; only the form counts. */
function documentOf(output: string): CheckDocument | null {
  const read = readJsonText(checkDocument, output)
  return read.ok ? read.value : null
}

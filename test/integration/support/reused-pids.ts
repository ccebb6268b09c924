/**
 * Runs in a pid namespace of its own, where the next number can be chosen: sights a process, ends it, lets
 * another have its number, and then asks for the signal that was meant for the first.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { openTargetProcesses } from '#agent/system/target-processes.ts'

const ROUNDS = Number(process.argv[2])
const answers: Record<string, number> = {}
const counts = { reused: 0, sameTick: 0, wrong: 0 }

/** SIGHUP ends it, so one that lives has not been signalled. */
function sleeper(): ChildProcess {
  return spawn('/bin/sleep', ['1000'], { stdio: 'ignore' })
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

async function olderThanATick(pid: number): Promise<void> {
  const processes = openTargetProcesses('/nowhere')
  for (;;) {
    const sighting = await processes.sight(pid)
    if (sighting === null || sighting.ageMs >= 20) break
  }
  processes.close()
}

/** Another thread may take the number first; then it is simply tried again. */
async function sleeperWithPid(pid: number): Promise<ChildProcess> {
  for (;;) {
    writeFileSync('/proc/sys/kernel/ns_last_pid', String(pid - 1))
    const child = sleeper()
    if (child.pid === pid) return child
    await end(child)
  }
}

for (let round = 0; round < ROUNDS; round += 1) {
  const processes = openTargetProcesses('/nowhere')
  const first = sleeper()
  const pid = first.pid ?? 0
  const sighting = await processes.sight(pid)
  if (sighting === null) throw new Error('the first process was not seen')
  // Every third time without the held descriptor, as after a restart of the watchdog: then start times decide.
  if (round % 3 === 0) {
    processes.close()
    await olderThanATick(pid)
  }
  await end(first)
  const second = await sleeperWithPid(pid)
  const seenAgain = await openTargetProcesses('/nowhere').sight(pid)
  counts.reused += 1
  if (seenAgain?.identity.start_ticks === sighting.identity.start_ticks) counts.sameTick += 1

  const answer = await processes.signal(sighting.identity, 'SIGHUP')
  answers[answer] = (answers[answer] ?? 0) + 1
  // The namespace's own clock of delivery: a signal that was sent is acted upon before the next one is.
  const ended = once(second, 'exit') as Promise<[number | null, string | null]>
  second.kill('SIGTERM')
  const [, endedBy] = await ended
  if (endedBy !== 'SIGTERM') counts.wrong += 1
  processes.close()
}
process.stdout.write(JSON.stringify({ ...counts, answers }))

/**
 * A reload that would kill the service, asked for under load: Holdfast's preflight refuses it with the reason; a bare
 * `kill -HUP` of the same service, right after it, does what gunicorn does.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Watched } from '../../integration/support/watched.ts'
import { OpenLoop, kindsText } from '../support/open-loop.ts'
import { Story } from '../support/report.ts'
import { rounded } from '../support/statistics.ts'
import { SHIPPED, tailOf } from '../support/watching.ts'

/** gunicorn has ended by then, or has served on. */
const AFTER_MS = 2_500

const story = await Story.open('refusal')
await refuse('broken application import', 'no_such_module', (stage) => {
  stage.writeApp('import no_such_module\n')
})
await refuse('broken configuration', 'no_such_setting', (stage) => {
  writeFileSync(configOf(stage), 'workers = no_such_setting\n')
})
story.close()

async function refuse(what: string, reason: string, broken: (stage: Watched) => void): Promise<void> {
  const stage = new Watched()
  try {
    writeFileSync(configOf(stage), 'graceful_timeout = 10\n')
    await stage.startTarget({ workers: 4, args: ['--config', configOf(stage)] })
    stage.startWatchdog(SHIPPED)
    const tail = await tailOf(stage)
    broken(stage)

    const load = await OpenLoop.start({ port: stage.port })
    stage.raiseFlag({ request_id: 'asked' })
    const { event } = await tail.next('request_ended')
    await pause(AFTER_MS)
    const guarded = await load.stop()
    const lastLine = event.detail.trim().split('\n').at(-1) ?? ''
    story.measured(
      `${what}: guarded`,
      {
        signals: stage.hups,
        sent: guarded.sent,
        failed: guarded.failed,
        kinds: kindsText(guarded),
        refused_as: event.reason,
        reason_is_shown: event.detail.includes(reason),
        last_line: lastLine,
      },
      {
        signals: { exactly: 0 },
        failed: { exactly: 0 },
        refused_as: { exactly: 'preflight_failed' },
        reason_is_shown: { exactly: true },
      },
    )

    const bareLoad = await OpenLoop.start({ port: stage.port })
    process.kill(stage.masterPid, 'SIGHUP')
    await pause(AFTER_MS)
    const bare = await bareLoad.stop()
    story.measured(`${what}: bare kill -HUP`, {
      sent: bare.sent,
      failed: bare.failed,
      failed_pct: rounded((bare.failed / bare.sent) * 100),
      kinds: kindsText(bare),
    })
  } finally {
    await stage.close()
  }
}

function configOf({ directory }: Watched): string {
  return join(directory, 'conf.py')
}

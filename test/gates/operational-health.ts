/** Gate: the release starts as it is, and everything that says how it is says that it is well. */
import { health } from '#domain/schemas/health.ts'
import { signIn } from '../support/signed-in.ts'
import { until } from '../support/until.ts'
import { printGate } from './gate.ts'
import { judgeHealth, SETTLED_MS } from './health-judge.ts'
import { onStage } from './stage.ts'

await printGate(async (look) => {
  const from = performance.now()
  await onStage(async ({ url, command }) => {
    look.figure('started within', Math.round(performance.now() - from), 'ms')
    const ask = async (path: string) => fetch(new URL(path, url))
    const seen = await until(
      'a health that is settled',
      async () => {
        const answer = await ask('health')
        const body: unknown = await answer.json()
        const parsed = health.safeParse(body)
        if (!parsed.success) return { status: answer.status, body: null }
        const isSettled = parsed.data.status === 'healthy' && parsed.data.age_ms !== null
        return isSettled ? { status: answer.status, body: parsed.data } : null
      },
      SETTLED_MS,
    ).catch(() => null)
    const answers: Record<string, number> = {}
    for (const path of ['livez', 'readyz', 'health/frontend-shell', 'metrics', 'openapi.json', 'classic']) {
      answers[path] = (await ask(path)).status
    }
    const read = await signIn(url)
    const inside = ['health/deep', 'admin/api/system-status', 'admin/api/worker/status', 'admin/api/audit']
    for (const path of inside) answers[path] = (await read(path)).status
    const worker = (await (await read('admin/api/worker/status')).json()) as WorkerAnswer
    const { watchdog, policy_state: policy } = worker.data
    const verify = await command('audit', 'verify', '--json')
    const findings = judgeHealth({
      health: seen === null ? 'unwell' : seen.body === null ? 'unreadable' : 'healthy',
      answers,
      watchdogRuns: watchdog.running,
      policy: policy.state,
      auditFault: verify.code === 0 ? null : verify.stderr,
    })
    look.add(Object.keys(answers).length + 5, findings)
  })
})

interface WorkerAnswer {
  readonly data: {
    readonly watchdog: { readonly running: boolean }
    readonly policy_state: { readonly state: string }
  }
}

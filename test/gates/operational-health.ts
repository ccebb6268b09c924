/** Gate: the release starts as it is, and everything that says how it is says that it is well. */
import { health } from '#domain/schemas/health.ts'
import { signIn } from '../support/signed-in.ts'
import { until } from '../support/until.ts'
import { printGate } from './gate.ts'
import { onStage } from './stage.ts'

const SETTLED_MS = 30_000

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
    const mend = 'holdfast status, beside npm start'
    look.holds(
      seen !== null,
      'health_unwell',
      `/health does not say healthy within ${SETTLED_MS / 1000} s`,
      mend,
    )
    look.holds(
      seen === null || seen.body !== null,
      'health_form',
      '/health has another form than is promised',
    )
    for (const path of ['livez', 'readyz', 'health/frontend-shell', 'metrics', 'openapi.json', 'classic']) {
      const { status } = await ask(path)
      look.holds(status === 200, 'endpoint_unwell', `/${path} answers ${status}`, mend)
    }
    const read = await signIn(url)
    for (const path of [
      'health/deep',
      'admin/api/system-status',
      'admin/api/worker/status',
      'admin/api/audit',
    ]) {
      const { status } = await read(path)
      look.holds(status === 200, 'endpoint_unwell', `/${path} answers ${status} to an administrator`, mend)
    }
    const worker = (await (await read('admin/api/worker/status')).json()) as WorkerAnswer
    const { watchdog, policy_state: policy } = worker.data
    look.holds(watchdog.running, 'watchdog_missing', 'the watchdog does not run', mend)
    look.holds(
      policy.state === 'allowed',
      'policy_held',
      `self-healing is ${policy.state}, and nothing has happened yet`,
      mend,
    )
    const verify = await command('audit', 'verify', '--json')
    look.holds(
      verify.code === 0,
      'audit_broken',
      `the audit trail does not verify: ${verify.stderr.slice(0, 300)}`,
    )
  })
})

interface WorkerAnswer {
  readonly data: {
    readonly watchdog: { readonly running: boolean }
    readonly policy_state: { readonly state: string }
  }
}

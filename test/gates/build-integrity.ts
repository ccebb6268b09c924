/** Gate: the built console is whole, hashed, within budget, gives nothing away, is that of these sources, and is served. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AGENT_PROGRAM, ROOT, run, scratch } from '../support/holdfast.ts'
import { until } from '../support/until.ts'
import { ALL_LIMIT, FIRST_LOAD_LIMIT, lookAtBuild } from './build-checks.ts'
import { printGate, type Look } from './gate.ts'

const TYPES: Readonly<Record<string, string>> = {
  js: 'application/javascript',
  css: 'text/css',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
}

await printGate(async (look) => {
  const stale = execFileSync(process.execPath, [join(ROOT, 'tools/ensure.mjs'), '--stale'], {
    encoding: 'utf8',
  })
  for (const name of ['the console', 'the agent']) {
    const isFresh = !stale.split('\n').includes(name)
    look.holds(isFresh, 'build_stale', `${name} was built from other sources than these`, 'npm run build')
  }
  const dist = join(ROOT, 'dist')
  const { checks, findings, assets, firstLoadBytes, allBytes } = lookAtBuild(dist, ROOT)
  look.add(checks, findings)
  look.figure('first load, compressed', firstLoadBytes, 'bytes', `≤ ${FIRST_LOAD_LIMIT}`)
  look.figure('all assets, compressed', allBytes, 'bytes', `≤ ${ALL_LIMIT}`)
  for (const name of assets) look.hash(`dist/assets/${name}`, readFileSync(join(dist, 'assets', name)))
  await lookAtServed(look, dist, assets)
})

/** From the agent as it ships, byte for byte, by its type, and to be kept for good. */
async function lookAtServed(look: Look, dist: string, assets: readonly string[]): Promise<void> {
  const place = scratch()
  const env = {
    ...place.env,
    HOLDFAST_STATSD_PORT: '0',
    HOLDFAST_TARGET_HEALTH_URL: 'http://127.0.0.1:9/health',
  }
  const agent = run([AGENT_PROGRAM, 'serve'], env)
  try {
    const line = await until('the agent listens', () => /\{.*statsd_port.*\}/.exec(agent.stderr())?.[0])
    const { url } = JSON.parse(line) as { url: string }
    for (const name of assets) {
      const answer = await fetch(new URL(`assets/${name}`, url))
      const isWhole = Buffer.from(await answer.arrayBuffer()).equals(readFileSync(join(dist, 'assets', name)))
      look.holds(
        answer.status === 200 && isWhole,
        'asset_not_served',
        `assets/${name} is answered with ${answer.status}, or is another file`,
      )
      const type = answer.headers.get('content-type') ?? 'no type'
      const wanted = TYPES[name.split('.').at(-1) ?? ''] ?? 'a type that is known'
      look.holds(
        type.startsWith(wanted),
        'asset_type',
        `assets/${name} is served as ${type}, expected ${wanted}`,
      )
      const cache = answer.headers.get('cache-control') ?? ''
      look.holds(
        cache.includes('immutable'),
        'asset_not_kept',
        `assets/${name} is not to be kept: "${cache}"`,
      )
    }
    const shell = (await (await fetch(new URL('health/frontend-shell', url))).json()) as object
    look.holds(
      'loadable' in shell && shell.loadable === true,
      'shell_unwell',
      `/health/frontend-shell says ${JSON.stringify(shell)}`,
    )
    look.figure('assets served', assets.length)
  } finally {
    agent.process.kill('SIGTERM')
    await agent.ended
    place.remove()
  }
}

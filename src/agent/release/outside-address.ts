import { HoldfastProblem } from '#domain/problems.ts'
import { consoleAddress } from '#domain/schemas/rollback-api.ts'
import { dataOf } from '#agent/operator/agent-line.ts'
import { withAgent } from '#agent/operator/with-agent.ts'
import type { Settings } from '#agent/settings/settings.ts'

/**
 * By which the console is reached from outside: as it is configured, else the first origin that people use, else the agent's own.
 * Where the agent may take any port, only it knows which.
 */
export async function outsideAddress(settings: Settings): Promise<string> {
  const { 'rollback.url': url, public_origins: origins, host, port } = settings.config.values
  const [origin] = origins
  if (url !== null) return withSlash(url)
  if (origin !== undefined) return withSlash(origin)
  if (port !== 0) return `http://${host.includes(':') ? `[${host}]` : host}:${port}/`
  return agentAddress(settings)
}

async function agentAddress(settings: Settings): Promise<string> {
  try {
    return await withAgent(
      settings,
      async (line) => dataOf(await line.get('/admin/api/local/address'), consoleAddress).console_url,
    )
  } catch (cause) {
    const detail = 'it alone knows its port; HOLDFAST_ROLLBACK_URL names where to look instead'
    throw new HoldfastProblem('agent_unreachable', detail, { cause })
  }
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`
}

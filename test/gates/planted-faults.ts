/** One fault for each gate, of the kind that a person commits: what stands in a file, and what would stand there instead. */
import type { GateId } from '#domain/release/gates.ts'

export interface PlantedFault {
  readonly file: string
  readonly from: string
  readonly to: string
}

export const PLANTED_FAULTS: Readonly<Record<GateId, PlantedFault>> = {
  'functional-parity': {
    file: 'src/agent/classic/state-sections.ts',
    from: '[VERDICT_WORDS.nextStep, nextStep]',
    to: '[VERDICT_WORDS.nextStep, byItself]',
  },
  'build-integrity': { file: 'vite.config.ts', from: 'sourcemap: false', to: 'sourcemap: true' },
  'drawer-visibility': {
    file: 'src/domain/navigation/manifest.ts',
    from: "title: 'Logs', drawer: 'observe', role: 'operator'",
    to: "title: 'Logs', drawer: 'observe', role: 'viewer'",
  },
  'operational-health': {
    file: 'src/agent/api/routes/openapi.ts',
    from: 'return sendText(made, request, reply)',
    to: 'return reply.code(503).send()',
  },
  'runtime-resilience': {
    file: 'src/agent/demo/target/responses.py',
    from: 'headers["Retry-After"]',
    to: 'headers["X-Retry-After"]',
  },
  'compute-parity': {
    file: 'src/domain/metrics/quantile.ts',
    from: 'return low + (place - below) * (',
    to: 'return low + 0.99 * (place - below) * (',
  },
  'runtime-contract': {
    file: 'deploy/systemd/holdfast-agent.service',
    from: 'RestartSec=1s',
    to: 'RestartSec=1min',
  },
  rehearsal: {
    file: 'src/agent/watchdog/reload.ts',
    from: "send(world, master.identity, 'SIGHUP')",
    to: "send(world, master.identity, 'SIGTERM')",
  },
  documentation: { file: 'README.md', from: 'npm start', to: 'npm run begin' },
  'image-contract': { file: 'deploy/backend.Dockerfile', from: 'USER 10001:10001', to: 'USER root' },
}

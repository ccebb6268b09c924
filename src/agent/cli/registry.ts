/** Every command that this version carries, in the order of `holdfast --help`. */
import { SCENARIOS } from '#domain/schemas/demonstration.ts'
import type { Command } from './command.ts'

export const COMMANDS: readonly Command[] = [
  {
    name: 'start',
    summary: 'run the agent beside a target; without --config, beside a demonstration target',
    details:
      'What npm start runs. Without a configuration file it starts a real demonstration service on loopback and\n' +
      'causes real faults in it on purpose. Ctrl-C stops everything that was started.',
    options: {
      scenario: {
        type: 'string',
        value: 'NAME',
        meaning: `of the demonstration: ${SCENARIOS.join(', ')} (default: tour)`,
      },
    },
    examples: ['holdfast start', 'holdfast start --config /etc/holdfast/config.json'],
    load: async () => (await import('./commands/start.ts')).start,
  },
  {
    name: 'serve',
    summary: 'run the agent: API, intake and the console',
    options: {},
    examples: ['holdfast serve --config /etc/holdfast/config.json'],
    load: async () => (await import('./commands/serve.ts')).serve,
  },
  {
    name: 'demo',
    summary: 'run the demonstration with one scenario, or switch a running one to it',
    options: {
      scenario: { type: 'string', value: 'NAME', meaning: `one of ${SCENARIOS.join(', ')} (default: tour)` },
    },
    examples: ['holdfast demo --scenario pool-exhaustion'],
    load: async () => (await import('./commands/demo.ts')).demo,
  },
  {
    name: 'config print',
    summary: 'the effective configuration and where each value came from',
    options: {},
    examples: ['holdfast config print', 'HOLDFAST_PORT=9000 holdfast config print --json'],
    load: async () => (await import('./commands/config-print.ts')).configPrint,
  },
]

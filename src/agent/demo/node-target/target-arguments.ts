/** The few of gunicorn's options that this target knows; master and workers have the same command line. */
import { parseArgs } from 'node:util'
import { parseHostPort } from '../arguments.ts'
import type { HostPort } from '../arguments.ts'

export interface TargetArguments {
  readonly bind: HostPort
  readonly pidFile: string
  readonly workers: number
  readonly statsd: HostPort
  /** Load everything, serve nothing, and end: 0 where it could be loaded. */
  readonly checkConfig: boolean
  readonly printConfig: boolean
}

export function parseTargetArguments(argv: string[]): TargetArguments {
  const { values } = parseArgs({
    args: argv,
    options: {
      bind: { type: 'string', default: '' },
      pid: { type: 'string', default: '' },
      workers: { type: 'string', default: '4' },
      'statsd-host': { type: 'string', default: '' },
      'check-config': { type: 'boolean', default: false },
      'print-config': { type: 'boolean', default: false },
    },
  })
  return {
    bind: parseHostPort('--bind', values.bind),
    pidFile: values.pid,
    workers: Number(values.workers),
    statsd: parseHostPort('--statsd-host', values['statsd-host']),
    checkConfig: values['check-config'],
    printConfig: values['print-config'],
  }
}

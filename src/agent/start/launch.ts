import { HoldfastProblem, type ProblemCode } from '#domain/problems.ts'
import { systemClock } from '#agent/system/clock.ts'
import { Child, type ChildSpec } from './child.ts'
import type { ChildReport } from './child-report.ts'

export interface Launched {
  readonly name: string
  ready: Promise<Extract<ChildReport, { type: 'ready' }>>
  broken: Promise<never>
  stop(): Promise<void>
}

export interface LaunchOptions {
  /** The problem to report when the child ends without having said why. */
  code: ProblemCode
  say: (sentence: string) => void
}

/** Starts a child and turns its messages and its end into two promises. */
export function launch(spec: ChildSpec, { code, say }: LaunchOptions): Launched {
  const ready = Promise.withResolvers<Extract<ChildReport, { type: 'ready' }>>()
  const broken = Promise.withResolvers<never>()
  // Whoever stops before it is ready no longer listens; that is no unhandled failure.
  for (const { promise } of [ready, broken]) promise.catch(() => {})

  const fail = (problem: HoldfastProblem) => {
    ready.reject(problem)
    broken.reject(problem)
  }
  const child = new Child(
    spec,
    {
      report: (report) => {
        if (report.type === 'ready') ready.resolve(report)
        else fail(new HoldfastProblem(report.code ?? code, report.detail))
      },
      restarted: (exitCode) =>
        say(`The ${spec.name} ended unexpectedly (exit code ${exitCode ?? 'none'}); it is started again.`),
      gaveUp: (lastWords) =>
        fail(new HoldfastProblem(code, `the ${spec.name} ended; end of ${spec.logFile}:\n${lastWords}`)),
    },
    systemClock,
  )
  child.start()
  return {
    name: spec.name,
    ready: ready.promise,
    broken: broken.promise,
    stop: () => child.stop(),
  }
}

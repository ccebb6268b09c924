import { HoldfastProblem } from '#domain/problems.ts'

/** Another major is another product: what it does was never tried (ADR 0001, IM1). */
export function requireNode({ running, wanted }: { running: string; wanted: string }): void {
  const [major] = wanted.split('.')
  if (running.split('.')[0] === major) return
  throw new HoldfastProblem(
    'wrong_node',
    `it needs Node ${major} (made with ${wanted}), and this is ${running}`,
  )
}

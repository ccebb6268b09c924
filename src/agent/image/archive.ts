/**
 * What an export of an image is made of: a root filesystem as one tar, an OCI layout, or what `docker save` writes; each
 * plain or compressed. The layers come in their order, each as a part of a file on the disk.
 */
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { compressionOf, expanded, type Bounds, type Part } from './expand-stream.ts'
import { readTar, type Sink } from './read-tar.ts'
import { TarFault } from './tar-header.ts'

export interface ExportedImage {
  /** false: one tar that is the root filesystem itself. */
  readonly isLayered: boolean
  /** How it runs, where that is told. */
  readonly config: { readonly name: string; readonly text: string } | null
  readonly layers: readonly { readonly name: string; readonly part: Part }[]
}

/** Files that say what lies where are small; whatever is larger is none of them. */
const DESCRIPTION_LIMIT = 4 * 1024 * 1024
const LAYERS_LIMIT = 1000

/** Parts by their names in the archive, and the small JSON files among them. */
interface Contents {
  readonly parts: ReadonlyMap<string, Part>
  readonly descriptions: ReadonlyMap<string, string>
}

/** A compressed archive is laid down in a directory of its own while `use` looks at it. */
export async function withImages<T>(
  file: string,
  bounds: Bounds,
  use: (images: ExportedImage[]) => Promise<T>,
): Promise<T> {
  const { size } = await stat(file)
  const whole: Part = { file, offset: 0, size }
  if ((await compressionOf(whole)) === 'none') return use(await imagesOf(whole))
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-image-'))
  try {
    const plain = join(directory, 'archive.tar')
    await pipeline(expanded(whole, bounds), createWriteStream(plain))
    return await use(await imagesOf({ file: plain, offset: 0, size: (await stat(plain)).size }))
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function imagesOf(whole: Part): Promise<ExportedImage[]> {
  const contents = await contentsOf(whole)
  if (contents === null) return [{ isLayered: false, config: null, layers: [{ name: '', part: whole }] }]
  const { parts, descriptions } = contents
  return (ociImages(contents) ?? savedImages(contents)).map(({ config, layers }) => {
    const text = config === null ? undefined : descriptions.get(config)
    return {
      isLayered: true,
      config: config === null || text === undefined ? null : { name: config, text },
      layers: layers.map((name) => ({ name, part: partOf(parts, name) })),
    }
  })
}

function partOf(parts: Contents['parts'], name: string): Part {
  const part = parts.get(name)
  if (part === undefined) throw new TarFault(`the layer ${name.slice(0, 100)} is not in it`)
  return part
}

/** null where its first entries show that it is no layout: then it is not read twice. */
async function contentsOf(whole: Part): Promise<Contents | null> {
  const parts = new Map<string, Part>()
  const descriptions = new Map<string, string>()
  const source = expanded(whole, { expandedBytes: Infinity, ratio: Infinity, harmlessBytes: Infinity })
  try {
    await readTar(source, ({ name, type, offset, size }) => {
      const path = name.replace(/^(?:\.?\/)+/, '')
      if (!LAYOUT_PATH.test(path)) throw new NoLayout('a file that is in no layout')
      if (type !== '0') return null
      parts.set(path, { file: whole.file, offset, size })
      return size <= DESCRIPTION_LIMIT ? keeping((text) => descriptions.set(path, text)) : null
    })
  } catch (error) {
    // What is wrong with a root filesystem is told when it is read as one.
    if (error instanceof NoLayout || !isLayout(descriptions)) return null
    throw error
  }
  return isLayout(descriptions) ? { parts, descriptions } : null
}

class NoLayout extends Error {}

/** All that a layout may hold; a root filesystem has a file with another name soon. */
const LAYOUT_PATH =
  /^(?:oci-layout|index\.json|manifest\.json|repositories|blobs(?:\/.*)?|[0-9a-f]{64}(?:\.json|\.tar|\/(?:VERSION|json|layer\.tar)?)?|)$/

const isLayout = (descriptions: ReadonlyMap<string, string>) =>
  descriptions.has('index.json') || descriptions.has('manifest.json')

/** Only what may be JSON is kept: a small layer is not. */
function keeping(keep: (text: string) => void): Sink {
  const pieces: Buffer[] = []
  return {
    push: (piece) => void pieces.push(Buffer.from(piece)),
    finish: () => {
      const whole = Buffer.concat(pieces)
      if (whole[0] === 0x7b || whole[0] === 0x5b) keep(whole.toString('utf8'))
    },
  }
}

interface Descriptor {
  mediaType?: unknown
  digest?: unknown
}

/** By the names that they have in the archive. */
interface Named {
  readonly config: string | null
  readonly layers: readonly string[]
}

/** Every platform's image counts, each by itself: what one takes away stays in another. */
function ociImages({ descriptions }: Contents): Named[] | null {
  const index = descriptions.get('index.json')
  if (index === undefined) return null
  const images: Named[] = []
  const waiting = descriptorsOf(parsed(index, 'index.json'), 'manifests')
  for (let seen = 0; waiting.length > 0; seen += 1) {
    const name = blobName(waiting.shift() ?? {})
    if (seen > LAYERS_LIMIT) throw new TarFault('manifests that name one another without end')
    const manifest = parsed(descriptions.get(name) ?? '', name)
    waiting.push(...descriptorsOf(manifest, 'manifests'))
    // Attestations are no files of an image.
    const layers = descriptorsOf(manifest, 'layers').filter(({ mediaType }) =>
      /tar|diff/.test(String(mediaType)),
    )
    const { config } = Object(manifest) as { config?: Descriptor | null }
    if (layers.length > 0)
      images.push({ config: config ? blobName(config) : null, layers: boundedNames(layers.map(blobName)) })
  }
  return images
}

function savedImages({ descriptions }: Contents): Named[] {
  const manifest = parsed(descriptions.get('manifest.json') ?? '', 'manifest.json')
  if (!Array.isArray(manifest)) throw new TarFault('manifest.json is no list of images')
  return manifest.slice(0, LAYERS_LIMIT).map((image: { Config?: unknown; Layers?: unknown } | null) => ({
    config: typeof image?.Config === 'string' ? image.Config : null,
    layers: boundedNames(Array.isArray(image?.Layers) ? image.Layers.map(String) : []),
  }))
}

function boundedNames(names: string[]): string[] {
  if (names.length > LAYERS_LIMIT) throw new TarFault(`${names.length} layers`)
  return names
}

function descriptorsOf(value: unknown, key: 'manifests' | 'layers'): Descriptor[] {
  const list = (value as Record<string, unknown> | null)?.[key]
  return Array.isArray(list)
    ? list.filter((one): one is Descriptor => typeof one === 'object' && one !== null)
    : []
}

function blobName({ digest }: Descriptor): string {
  const [, algorithm, hex] = /^(sha256|sha512):([0-9a-f]{64,128})$/.exec(String(digest)) ?? []
  if (hex === undefined) throw new TarFault('a digest that is none')
  return `blobs/${algorithm}/${hex}`
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new TarFault(`${name} is ${text === '' ? 'not in it' : 'no JSON'}`)
  }
}

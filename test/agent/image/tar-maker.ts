/** Tar archives by hand, also such as no program makes. */
import { createHash } from 'node:crypto'

export interface Made {
  name: string
  text?: string | Buffer
  type?: string
  mode?: number
  link?: string
  /** Said in the header, whatever the content has. */
  size?: number
  prefix?: string
}

const BLOCK = 512
export const END = Buffer.alloc(2 * BLOCK)

export function tarOf(...entries: Made[]): Buffer {
  return Buffer.concat([...entries.map(entryBytes), END])
}

export function entryBytes({
  name,
  text = '',
  type = '0',
  mode = 0o644,
  link = '',
  size,
  prefix = '',
}: Made): Buffer {
  const content = Buffer.isBuffer(text) ? text : Buffer.from(text)
  const header = Buffer.alloc(BLOCK)
  header.write(name, 0, 100)
  header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100)
  const said = size ?? content.length
  if (said < 8 ** 11) header.write(`${said.toString(8).padStart(11, '0')}\0`, 124)
  else header.writeBigUInt64BE(BigInt(said) | (1n << 63n), 124)
  header.write(type, 156)
  header.write(link, 157, 100)
  header.write('ustar\x0000', 257)
  header.write(prefix, 345, 155)
  return Buffer.concat([withChecksum(header), padded(content)])
}

export function withChecksum(header: Buffer): Buffer {
  header.fill(0x20, 148, 156)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}

function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)])
}

/** A pax header for the entry that follows. */
export function pax(records: Record<string, string>): Made {
  const text = Object.entries(records).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`
    let length = rest.length
    while (length !== rest.length + String(length).length) length = rest.length + String(length).length
    return `${length}${rest}`
  })
  return { name: 'PaxHeaders/x', type: 'x', text: text.join('') }
}

export function ociLayout(...layers: Buffer[]): Buffer {
  return ociIndex({ layers })
}

/** With an image for each platform. */
export function ociIndex(...images: { layers: Buffer[]; config?: unknown }[]): Buffer {
  const blobs = new Map<string, Buffer>()
  const blob = (content: Buffer) => {
    const hex = createHash('sha256').update(content).digest('hex')
    blobs.set(`blobs/sha256/${hex}`, content)
    return { digest: `sha256:${hex}`, size: content.length }
  }
  const json = (value: unknown) => Buffer.from(JSON.stringify(value))
  const manifests = images.map(({ layers, config }) => {
    const described = layers.map((layer) => ({
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      ...blob(layer),
    }))
    const configured = config === undefined ? {} : { config: blob(json(config)) }
    return blob(json({ schemaVersion: 2, ...configured, layers: described }))
  })
  const nested = blob(
    json({
      schemaVersion: 2,
      manifests: manifests.map((image) => ({
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        ...image,
      })),
    }),
  )
  return tarOf(
    { name: 'blobs/', type: '5' },
    ...[...blobs].map(([name, text]) => ({ name, text })),
    { name: 'index.json', text: json({ schemaVersion: 2, manifests: [nested] }) },
    { name: 'oci-layout', text: json({ imageLayoutVersion: '1.0.0' }) },
  )
}

export function dockerSave(...layers: Buffer[]): Buffer {
  const names = layers.map((_, at) => `${String(at).repeat(64)}/layer.tar`)
  return tarOf(...layers.map((text, at) => ({ name: names[at] ?? '', text })), {
    name: 'manifest.json',
    text: JSON.stringify([{ Config: 'x.json', RepoTags: null, Layers: names }]),
  })
}

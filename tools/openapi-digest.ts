/**
 * No document changes under a version that clients have seen: beside the document lies a digest of it with its version,
 * and a digest is only replaced together with a higher version.
 */
import { createHash } from 'node:crypto'

export const OPENAPI_FILE = 'docs/openapi.json'
export const OPENAPI_DIGEST_FILE = 'docs/openapi.digest.json'

interface Digest {
  readonly version: string
  readonly sha256: string
}

/** The digest that belongs beside the document, or a complaint that its version has to be raised. */
export function digestText(document: string, committed: string): string {
  const before = JSON.parse(committed) as Digest
  const { version } = (JSON.parse(document) as { info: { version: string } }).info
  const sha256 = createHash('sha256').update(document).digest('hex')
  if (sha256 !== before.sha256 && !isHigher(version, before.version)) {
    throw new Error(
      `the OpenAPI document has changed since ${before.version}: raise API_VERSION in src/agent/api/openapi/document.ts`,
    )
  }
  return `${JSON.stringify({ version, sha256 } satisfies Digest, null, 2)}\n`
}

function isHigher(version: string, before: string): boolean {
  const [was, is] = [before, version].map((text) => text.split('.').map(Number))
  const place = is?.findIndex((part, i) => part !== was?.[i]) ?? -1
  return place !== -1 && (is?.[place] ?? 0) > (was?.[place] ?? 0)
}

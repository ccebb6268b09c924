/** What the agent says of the requests. Anything but its own plain file is no word at all. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import {
  TRAFFIC_FILE,
  TRAFFIC_FILE_BYTES_LIMIT,
  trafficFile,
  type Traffic,
} from '#domain/schemas/traffic-file.ts'
import { readSmallFile } from '#agent/settings/read-json.ts'

export function readTrafficIn(runtimeDir: string): Traffic | null {
  const path = join(runtimeDir, TRAFFIC_FILE)
  try {
    // Asked first: no error is made of its absence, with a stack that nobody reads.
    if (statSync(path, { throwIfNoEntry: false }) === undefined) return null
    const text = readSmallFile(path, TRAFFIC_FILE_BYTES_LIMIT).toString('utf8')
    return trafficFile.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

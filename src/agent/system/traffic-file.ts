/** What the agent says of the requests. Anything but its own plain file is no word at all. */
import { join } from 'node:path'
import {
  TRAFFIC_FILE,
  TRAFFIC_FILE_BYTES_LIMIT,
  trafficFile,
  type Traffic,
} from '#domain/schemas/traffic-file.ts'
import { readSmallFile } from '#agent/settings/read-json.ts'

export function readTrafficIn(runtimeDir: string): Traffic | null {
  try {
    const text = readSmallFile(join(runtimeDir, TRAFFIC_FILE), TRAFFIC_FILE_BYTES_LIMIT).toString('utf8')
    return trafficFile.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

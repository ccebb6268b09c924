import { replaceFileInPlace } from '#agent/system/replace-file.ts'

export function replaceJson(path: string, value: unknown): void {
  replaceFileInPlace(path, `${JSON.stringify(value)}\n`)
}

/** The password that an installation brings along (HOLDFAST_ADMIN_PASSWORD_FILE): a file, never a variable or an argument. */
import { HoldfastProblem } from '#domain/problems.ts'
import { PASSWORD_CHARACTERS_MAX } from '#domain/schemas/access-api.ts'
import { errorCode, readSmallFile } from '#agent/settings/read-json.ts'

const FILE_BYTES_LIMIT = 4096

export function adminPassword(file: string): string {
  const password = read(file).replace(/\r?\n$/, '')
  const { length } = password
  if (length > 0 && length <= PASSWORD_CHARACTERS_MAX && !/[\r\n]/.test(password)) return password
  // What was found is not told: it may be a part of a password.
  throw invalid(file, `one line of 1 to ${PASSWORD_CHARACTERS_MAX} characters, found something else`)
}

function read(file: string): string {
  try {
    return readSmallFile(file, FILE_BYTES_LIMIT).toString('utf8')
  } catch (cause) {
    throw invalid(file, `a small file, found ${errorCode(cause)}`)
  }
}

function invalid(file: string, expected: string): HoldfastProblem {
  return new HoldfastProblem('config_invalid', `HOLDFAST_ADMIN_PASSWORD_FILE: ${file}: expected ${expected}`)
}

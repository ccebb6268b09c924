/** A secret that an installation brings along: one line of a file, never a variable or an argument (SE1, SE6). */
import { HoldfastProblem } from '#domain/problems.ts'
import { PASSWORD_CHARACTERS_MAX } from '#domain/schemas/access-api.ts'
import { errorCode, readSmallFile } from '#agent/settings/read-json.ts'

const FILE_BYTES_LIMIT = 4096

interface SecretForm {
  /** What names the file. */
  readonly variable: string
  readonly least: number
  readonly most: number
}

export const ADMIN_PASSWORD: SecretForm = {
  variable: 'HOLDFAST_ADMIN_PASSWORD_FILE',
  least: 1,
  most: PASSWORD_CHARACTERS_MAX,
}
/** Nobody types it. */
export const PROXY_SECRET: SecretForm = { variable: 'HOLDFAST_PROXY_SECRET_FILE', least: 32, most: 256 }

export function secretLine(file: string, { variable, least, most }: SecretForm): string {
  const invalid = (expected: string) =>
    new HoldfastProblem('config_invalid', `${variable}: ${file}: expected ${expected}`)
  const secret = read(file, invalid).replace(/\r?\n$/, '')
  const { length } = secret
  if (length >= least && length <= most && !/[\r\n]/.test(secret)) return secret
  // What was found is not told: it may be a part of the secret.
  throw invalid(`one line of ${least} to ${most} characters, found something else`)
}

function read(file: string, invalid: (expected: string) => HoldfastProblem): string {
  try {
    return readSmallFile(file, FILE_BYTES_LIMIT).toString('utf8')
  } catch (cause) {
    throw invalid(`a small file, found ${errorCode(cause)}`)
  }
}

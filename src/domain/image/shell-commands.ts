/** The commands of a RUN, as far as they can be told apart without running a shell: enough to see what is installed. */
import { wordsOf, type Instruction } from './dockerfile/instruction.ts'

/** Each as its words, the program without its directory first; variables set before it and `exec`, `sudo` left out. */
export function commandsOf({ list, rest, heredocs }: Instruction): string[][] {
  if (list !== null)
    return [plain(shellText(list) === null ? list : [])]
      .filter(hasProgram)
      .concat(inShell(shellText(list) ?? ''))
  const scripts = heredocs.map(({ content }) => content.replace(/\\\r?\n/g, ' '))
  const command = rest.replace(/<<-?\s*["']?\w+["']?/g, ' ')
  return [command, ...scripts].flatMap(inShell)
}

/** `["sh", "-c", "…"]` is a shell as well. */
function shellText(list: readonly string[]): string | null {
  const at = list.findIndex((word) => /^-[a-z]*c$/.test(word))
  return at > 0 && /(?:^|\/)(?:ba|da|a|z)?sh$/.test(list[0] ?? '') ? (list[at + 1] ?? '') : null
}

function inShell(text: string): string[][] {
  return text
    .split(/&&|\|\||[;|&\n(){}]|\$\(|`/)
    .map((command) => plain(wordsOf(command)))
    .filter(hasProgram)
}

const hasProgram = (words: readonly string[]) => (words[0] ?? '') !== ''

const SHELL_WORDS: ReadonlySet<string> = new Set([
  'if',
  'then',
  'else',
  'elif',
  'do',
  'while',
  'until',
  '!',
  'time',
  'exec',
  'sudo',
  'command',
  'env',
  'nice',
])

function plain(words: readonly string[]): string[] {
  const bare = words.map((word) => word.replace(/^(["'])([\s\S]*)\1$/, '$2'))
  const from = bare.findIndex((word) => !SHELL_WORDS.has(word) && !/^[A-Za-z_][A-Za-z0-9_]*=/.test(word))
  if (from < 0) return []
  const [program = '', ...rest] = bare.slice(from)
  return [program.slice(program.lastIndexOf('/') + 1), ...rest]
}

const INSTALLS: Readonly<Record<string, RegExp>> = {
  'apt-get': /^(?:install|upgrade|dist-upgrade|build-dep)$/,
  apt: /^(?:install|upgrade|full-upgrade)$/,
  aptitude: /^install$/,
  apk: /^(?:add|upgrade)$/,
  yum: /^(?:install|groupinstall|update)$/,
  dnf: /^(?:install|groupinstall|update)$/,
  microdnf: /^(?:install|update)$/,
  zypper: /^(?:install|in)$/,
  pacman: /^-S/,
  dpkg: /^(?:-i|--install)$/,
  rpm: /^-[iU]/,
  npm: /^(?:i|install|ci|add|run|exec)$/,
  npx: /./,
  yarn: /^(?:install|add|run|$)/,
  pnpm: /^(?:i|install|add|run|exec)$/,
  pip: /^install$/,
  pip3: /^install$/,
  conda: /^(?:install|create|env)$/,
  gem: /^install$/,
  cargo: /^(?:install|build)$/,
  go: /^(?:install|build|get)$/,
  corepack: /^(?:enable|install|prepare)$/,
}

export function isInstall([program = '', ...rest]: readonly string[]): boolean {
  const verb = INSTALLS[program]
  // Options may stand before the verb: apt-get -y install.
  return Object.hasOwn(INSTALLS, program) && verb !== undefined && rest.some((word) => verb.test(word))
}

export function isFetch(program: string): boolean {
  return program === 'curl' || program === 'wget'
}

/** What docs/deployable-runtime-contract.md repeats of the code: written between its marks, the rest is written by hand. */
import { FIELDS } from '../src/domain/config/fields.ts'
import { IMAGES, type ImagePart, type ImageSpec } from '../src/domain/image/images.ts'
import { IMAGE_RULES } from '../src/domain/image/rules.ts'

export const IMAGE_CONTRACT_FILE = 'docs/deployable-runtime-contract.md'

export function renderImageContract(current: string, contractVersion: string): string {
  const blocks: Record<string, string[]> = {
    version: [`For version ${contractVersion} of the [runtime contract](../deploy/runtime-contract.json).`],
    'backend files': filesTable(IMAGES.backend),
    'frontend files': filesTable(IMAGES.frontend),
    environment: environmentTable(),
    rules: rulesTable(),
  }
  return Object.entries(blocks).reduce((text, [name, lines]) => withBlock(text, name, lines), current)
}

function withBlock(text: string, name: string, lines: readonly string[]): string {
  const [begin, end] = [`<!-- rendered: ${name} -->\n`, '<!-- end -->']
  const from = text.indexOf(begin)
  const to = text.indexOf(end, from)
  if (from < 0 || to < 0) throw new Error(`${IMAGE_CONTRACT_FILE} has no place for "${name}"`)
  return `${text.slice(0, from + begin.length)}\n${lines.join('\n')}\n\n${text.slice(to)}`
}

function filesTable({ parts, edits }: ImageSpec): string[] {
  return [
    '| in the image | from |',
    '|---|---|',
    ...parts.map((part) => `| \`/${part.to}\` | ${originOf(part)} |`),
    ...edits.flatMap(({ file, from, to }) => ['', `In \`/${file}\` the line \`${from}\` becomes \`${to}\`.`]),
  ]
}

function originOf(part: ImagePart): string {
  switch (part.kind) {
    case 'files':
      return `\`${part.from}\`${part.isOptional === true ? ', where it is there' : ''}`
    case 'modules':
      return `the npm packages ${part.packages.map((name) => `\`${name}\``).join(' and ')} with all that they need, without tests, types and documentation`
    case 'mark':
      return 'made: which image it is, of which version'
    case 'manifest':
      return 'made: name, version and `type` of `package.json`'
    case 'mount_point':
      return 'empty: a volume is mounted here'
  }
}

function environmentTable(): string[] {
  return [
    '| variable | default | meaning |',
    '|---|---|---|',
    ...Object.values(FIELDS).map(
      ({ env, preset, meaning }) =>
        `| \`${env}\` | ${defaultText(preset)} | ${meaning.replaceAll('<', '&lt;')} |`,
    ),
  ]
}

function defaultText(preset: unknown): string {
  if (preset === null) return '—'
  return Array.isArray(preset) && preset.length === 0 ? 'none' : `\`${String(preset)}\``
}

function rulesTable(): string[] {
  const words = { dockerfile: 'Dockerfile', files: 'files', both: 'both' } as const
  return [
    '| rule | looks at | what it holds |',
    '|---|---|---|',
    ...Object.entries(IMAGE_RULES).map(([id, { of, about }]) => `| \`${id}\` | ${words[of]} | ${about} |`),
  ]
}

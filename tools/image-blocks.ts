/** What docs/deployable-runtime-contract.md repeats of the code, as blocks of `doc-blocks.ts`. */
import { FIELDS } from '../src/domain/config/fields.ts'
import { IMAGES, type ImagePart, type ImageSpec } from '../src/domain/image/images.ts'
import { IMAGE_RULES } from '../src/domain/image/rules.ts'

export const IMAGE_BLOCKS: Readonly<Record<string, () => string>> = {
  'backend-files': () => filesTable(IMAGES.backend).join('\n'),
  'frontend-files': () => filesTable(IMAGES.frontend).join('\n'),
  'image-environment': () => environmentTable().join('\n'),
  'image-rules': () => rulesTable().join('\n'),
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

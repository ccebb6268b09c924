import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { IMAGES } from '#domain/image/images.ts'
import type { ImageFinding, ImageReport } from '#domain/image/report.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import {
  checkDockerfile,
  checkFileSet,
  checkRootfs,
  checkTar,
  type Checked,
} from '#agent/image/check-image.ts'
import { CHECKOUT } from '#agent/places.ts'
import { EXIT, type ExitCode, type Invocation } from '../command.ts'

/** `holdfast image check`: whether what ships is what the contract of the images says (IM3). */
export async function imageCheck({ options, out }: Invocation): Promise<ExitCode> {
  const checked: Checked[] = []
  for (const look of looksOf(options)) checked.push(await look())
  const findings = checked.flatMap((one) => one.findings)
  const report: ImageReport = {
    ok: findings.length === 0,
    findings: [...findings],
    checked: checked.map((one) => one.checked),
  }
  out.result(report, textOf(report))
  return report.ok ? EXIT.done : EXIT.findings
}

type Look = () => Promise<Checked>

function looksOf({ dockerfile, rootfs, tar }: Invocation['options']): Look[] {
  if (typeof rootfs === 'string' && typeof tar === 'string')
    throw new HoldfastProblem('usage', 'either --rootfs or --tar (holdfast image check --help)')
  const files = Array.isArray(dockerfile) ? dockerfile : []
  const given: Look[] = files.map((file) => () => checkDockerfile(file))
  if (typeof rootfs === 'string') given.push(() => checkRootfs(rootfs))
  if (typeof tar === 'string') given.push(() => checkTar(tar))
  return given.length > 0 ? given : ownImages()
}

function ownImages(): Look[] {
  const images = Object.values(IMAGES)
  const absent = images.find(({ dockerfile }) => !existsSync(join(CHECKOUT, dockerfile)))
  if (absent !== undefined) {
    throw new HoldfastProblem(
      'usage',
      `${absent.dockerfile} is not here, as it is in a checkout; name what to look at: --dockerfile, --rootfs or --tar`,
    )
  }
  return images.flatMap((image) => [
    () => checkDockerfile(join(CHECKOUT, image.dockerfile), image.dockerfile),
    () => checkFileSet(image, CHECKOUT),
  ])
}

function textOf({ findings, checked }: ImageReport): string {
  const looked = checked.map(
    ({ kind, place, entries, bytes }) =>
      `looked at ${KINDS[kind]} ${place}: ${entries} ${kind === 'dockerfile' ? 'instructions' : 'entries'}, ${sizeText(bytes)}`,
  )
  const verdict =
    findings.length === 0 ? 'no finding' : findings.length === 1 ? '1 finding' : `${findings.length} findings`
  return [...findings.flatMap(findingLines), ...looked, verdict].join('\n')
}

const KINDS = {
  dockerfile: 'the Dockerfile',
  rootfs: 'the root filesystem',
  tar: 'the archive',
  file_set: 'the files of',
} as const

function findingLines({ rule, place, message, mend }: ImageFinding): string[] {
  return [`${rule}: ${place}`, `  found  ${message}`, `  mend   ${mend}`]
}

function sizeText(bytes: number): string {
  return bytes < 100_000 ? `${bytes} bytes` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}

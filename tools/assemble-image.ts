import { isAbsolute, join } from 'node:path'
import { IMAGES, type ImageName } from '../src/domain/image/images.ts'
import { HoldfastProblem } from '../src/domain/problems.ts'
import { assemble } from '../src/agent/image/assemble.ts'

const [name = '', out = ''] = process.argv.slice(2)
if (!Object.hasOwn(IMAGES, name) || out === '') {
  console.error(`usage: node tools/assemble-image.mjs ${Object.keys(IMAGES).join('|')} DIR`)
  process.exit(2)
}
try {
  const image = IMAGES[name as ImageName]
  const { files, bytes } = assemble(
    image,
    join(import.meta.dirname, '..'),
    isAbsolute(out) ? out : join(process.cwd(), out),
  )
  console.log(
    `${image.name}: ${files} files, ${bytes} bytes${image.runtime === null ? '' : ' beside its runtime'}, in ${out}`,
  )
} catch (error) {
  if (!(error instanceof HoldfastProblem)) throw error
  console.error(`the ${name} image cannot be put together: ${error.detail}`)
  process.exitCode = 1
}

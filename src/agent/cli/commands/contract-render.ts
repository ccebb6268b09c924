import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { RENDERED_FILES } from '#domain/contract/rendered-files.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { loadContract } from '#agent/settings/load-contract.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import { SHIPPED_CONTRACT } from '#agent/places.ts'
import { replaceFile } from '#agent/system/replace-file.ts'
import { EXIT, type ExitCode, type Invocation } from '../command.ts'

interface Output {
  readonly file: string
  readonly text: string
  readonly state: 'same' | 'edited' | 'missing'
}

/** `holdfast contract render`: what is made from the contract, beside it or in `--out DIR` (RC1). */
export async function contractRender({ env, options, out }: Invocation): Promise<ExitCode> {
  const contractFile = resolve(env.HOLDFAST_CONTRACT_FILE ?? SHIPPED_CONTRACT)
  // The file alone: what is rendered for all must not depend on who calls it.
  const { contract } = loadContract(contractFile, {})
  const directory = resolve(typeof options.out === 'string' ? options.out : dirname(contractFile))
  const outputs = RENDERED_FILES.map(({ file, text }) =>
    compared(join(directory, file.replace(/^deploy\//, '')), text(contract)),
  )
  const differing = outputs.filter(({ state }) => state !== 'same')
  const isCheck = options.check === true
  if (!isCheck) for (const output of differing) await write(output)
  const document = {
    ok: !isCheck || differing.length === 0,
    contract_version: contract.version,
    files: outputs.map(({ file, state }) => ({
      file,
      state: isCheck || state === 'same' ? state : 'written',
    })),
  }
  const lines = document.files.map(({ file, state }) => `${state.padEnd(8)} ${file}`)
  const mend = document.ok ? [] : [`  mend      holdfast contract render --out ${directory}`]
  out.result(document, [...lines, ...mend].join('\n'))
  return document.ok ? EXIT.done : EXIT.findings
}

function compared(file: string, text: string): Output {
  try {
    return { file, text, state: readFileSync(file, 'utf8') === text ? 'same' : 'edited' }
  } catch {
    return { file, text, state: 'missing' } // or not readable: then writing it tells why
  }
}

async function write({ file, text }: Output): Promise<void> {
  try {
    mkdirSync(dirname(file), { recursive: true })
    await replaceFile(file, text)
  } catch (cause) {
    throw new HoldfastProblem('output_unwritable', `${file} cannot be written (${errorCode(cause)})`, {
      cause,
    })
  }
}

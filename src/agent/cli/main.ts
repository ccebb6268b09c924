/** The CLI: parses, dispatches, and turns every ending into the promised exit code. */
import { cleanLines } from '#domain/free-text.ts'
import { PROBLEMS } from '#domain/problems.ts'
import { asProblem } from '#agent/as-problem.ts'
import { requireNode } from '#agent/require-node.ts'
import { NODE_VERSION, VERSION } from '#agent/version.ts'
import { EXIT, type ExitCode, type Output } from './command.ts'
import { commandHelp, overallHelp } from './help.ts'
import { parseCommandLine } from './parse.ts'
import { COMMANDS } from './registry.ts'

const words = process.argv.slice(2)
const json = words.includes('--json')

const out: Output = {
  result: (document, text) => console.log(json ? JSON.stringify(document, null, 2) : text),
  write: (piece) => void process.stdout.write(piece),
  note: (sentence) => console.error(sentence),
}

// A reader that has seen enough (`| head`) is no failure of ours, and no reason to leave children behind. An
// answer that could not be written (a full disk) is told by the exit code.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exitCode = EXIT.failed
  })
}

try {
  const code = await run()
  process.exitCode ||= code
} catch (error) {
  process.exitCode = explain(error)
}

// A supervisor's channel would keep a process alive that has nothing left to do.
if (process.connected) process.disconnect()

async function run(): Promise<ExitCode> {
  requireNode({ running: process.versions.node, wanted: NODE_VERSION })
  const parsed = parseCommandLine(words, COMMANDS)
  switch (parsed.kind) {
    case 'help':
      out.result(
        { commands: COMMANDS.map(({ name, summary }) => ({ name, summary })) },
        overallHelp(COMMANDS),
      )
      return EXIT.done
    case 'version':
      out.result({ version: VERSION }, VERSION)
      return EXIT.done
    case 'command': {
      const { command, options } = parsed
      if (options.help === true) {
        out.result(
          { name: command.name, summary: command.summary, options: command.options },
          commandHelp(command),
        )
        return EXIT.done
      }
      command.engine?.()
      const act = await command.load()
      const configFile =
        typeof options.config === 'string' ? options.config : (process.env.HOLDFAST_CONFIG ?? null)
      return act({ options, configFile, json, env: process.env, out })
    }
  }
}

function explain(error: unknown): ExitCode {
  const problem = asProblem(error)
  const { title, mend, exit } = PROBLEMS[problem.code]
  console.error(`holdfast: ${title}: ${cleanLines(problem.detail)}`)
  console.error(`  To mend it: ${mend}`)
  if (json) {
    const failure = { code: problem.code, message: problem.detail }
    out.result({ success: false, error: failure, reasons: [failure] }, '')
  }
  return exit
}

/**
 * `npm run sim`: the whole watchdog in simulated worlds. A failing seed prints the promise that it breaks, its last
 * steps, and the command that replays it.
 */
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { compileCache, ensureDependencies, orExplain, pinnedNode, root } from './ensure.mjs'

const USAGE = `npm run sim -- [--seeds N] [--from S] [--seed S] [--steps K] [--mutations [NAME …]]

  --seeds N       how many worlds (1000)
  --from S        the first seed (1)
  --seed S        this one alone, with its last steps told if it fails
  --steps K       steps in each world, before it is left in peace (10000)
  --mutations     removes each guard in turn (or those whose names hold a NAME), and simulates until a seed finds it
                  missing; writes the row of each into the table of docs/simulation.md`

const options = readOptions()
orExplain(ensureDependencies)
process.exitCode = options.mutations ? await runMutations() : await runSeeds()

function readOptions() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        seeds: { type: 'string', default: '1000' },
        from: { type: 'string', default: '1' },
        seed: { type: 'string' },
        steps: { type: 'string', default: '10000' },
        mutations: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) {
      console.log(USAGE)
      process.exit(0)
    }
    const one = values.seed !== undefined
    return {
      from: wholeNumber(one ? values.seed : values.from),
      seeds: one ? 1 : wholeNumber(values.seeds),
      steps: wholeNumber(values.steps),
      mutations: values.mutations,
      names: positionals,
    }
  } catch (error) {
    console.error(`${error.message}\n\n${USAGE}`)
    process.exit(2)
  }
}

function wholeNumber(text) {
  if (!/^\d+$/.test(text)) throw new Error(`${text} is no whole number`)
  return Number(text)
}

/** Each worker process takes every second seed, so that both cores are busy to the end. */
async function runSeeds() {
  const { from, seeds, steps } = options
  const workers = Math.min(availableParallelism(), seeds)
  const sum = { seeds: 0, steps: 0, portCalls: 0, violations: 0, marks: new Map() }
  const startedAt = performance.now()
  let toldAt = startedAt
  const tell = (report) => {
    sum.seeds += 1
    sum.steps += report.steps
    sum.portCalls += report.portCalls
    for (const [mark, count] of report.marks) sum.marks.set(mark, (sum.marks.get(mark) ?? 0) + count)
    if (report.violation !== null) {
      sum.violations += 1
      console.log(failureText(report))
    }
    const now = performance.now()
    if (now - toldAt < 5_000) return
    toldAt = now
    console.log(`${sum.seeds} of ${seeds} seeds, ${sum.steps} steps, ${sum.violations} violations`)
  }
  const share = (index) => Math.ceil((seeds - index) / workers)
  const runs = Array.from({ length: workers }, (_, index) =>
    runWorker([from + index, share(index), workers, steps], tell),
  )
  const codes = await Promise.all(runs)
  const seconds = (performance.now() - startedAt) / 1000
  console.log(marksText(sum.marks))
  console.log(
    `${sum.seeds} seeds, ${sum.steps} steps (${sum.portCalls} port calls) in ${seconds.toFixed(1)} s, ` +
      `${Math.round(sum.steps / seconds)} steps/s, ${sum.violations} violations`,
  )
  return sum.violations === 0 && sum.seeds === seeds && codes.every((code) => code === 0) ? 0 : 1
}

function runWorker(args, tell) {
  const child = spawn(pinnedNode, [join(root, 'test/simulation/run-seeds.ts'), ...args.map(String)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
  })
  createInterface({ input: child.stdout }).on('line', (line) => tell(JSON.parse(line)))
  return new Promise((done) => child.on('close', (code) => done(code ?? 1)))
}

function failureText({ seed, violation, trace }) {
  return [
    `seed ${seed} breaks “${violation.invariant}” at step ${violation.step}: ${violation.detail}`,
    ...trace.map((line) => `  ${line}`),
    `  replay: npm run sim -- --seed ${seed} --steps ${options.steps}`,
  ].join('\n')
}

/** What happened at all: a promise that is never put to the test is not kept. */
function marksText(marks) {
  const lines = [...marks].toSorted(([one], [other]) => (one < other ? -1 : 1))
  return lines.map(([mark, count]) => `${String(count).padStart(9)}  ${mark}`).join('\n')
}

async function runMutations() {
  const { seeds, steps, names } = options
  const script = join(root, 'test/simulation/run-mutations.ts')
  const child = spawn(pinnedNode, [script, String(seeds), String(steps), ...names], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
  })
  return new Promise((done) => child.on('close', (code) => done(code ?? 1)))
}

/** `holdfast gates run`: the release gates, all or some, and the evidence of each (MG1, MG2). */
import { randomUUID } from 'node:crypto'
import { HoldfastProblem } from '#domain/problems.ts'
import type { Evidence } from '#domain/release/evidence.ts'
import { GATE_IDS, gateSpec, isGateId, type GateId } from '#domain/release/gates.ts'
import { gatesViewOf } from '#domain/release/view.ts'
import { suggestion } from '#domain/suggest.ts'
import { asProblem } from '#agent/as-problem.ts'
import { recordRelease } from '#agent/operator/record-release.ts'
import { CHECKOUT } from '#agent/places.ts'
import { writeEvidence } from '#agent/release/evidence-store.ts'
import { interpreterOf } from '#agent/release/interpreters.ts'
import { readBuild } from '#agent/release/read-build.ts'
import { releaseSettings } from '#agent/release/release-settings.ts'
import { runGates } from '#agent/release/run-gates.ts'
import { runProgram } from '#agent/release/run-program.ts'
import { sightPlace, sightReleaseOnce } from '#agent/release/sight-release.ts'
import type { Settings } from '#agent/settings/settings.ts'
import { untilStopped } from '#agent/start/until-stopped.ts'
import { systemClock } from '#agent/system/clock.ts'
import { prepareDirectory } from '#agent/system/directories.ts'
import { EXIT, type ExitCode, type Invocation, type OptionValues } from '../command.ts'
import { progressView } from '../gates-progress.ts'
import { buildText, gateLines } from '../gates-text.ts'

export async function gatesRun({ env, configFile, options, out }: Invocation): Promise<ExitCode> {
  const gates = onlyOption(options)
  const settings = releaseSettings(env, configFile)
  const stateDir = settings.contract.contract.paths.state_dir
  await prepareDirectory(stateDir, 'the state directory')
  const runId = randomUUID()
  const evidence = await runAll(gates, { stateDir, runId, env })
  const note = await record(settings, runId, evidence)
  if (note !== null) out.note(note)

  const sighting = await sightReleaseOnce(sightPlace(settings, CHECKOUT))
  const view = gatesViewOf(sighting, systemClock.wallNow())
  const ran = view.gates.filter(({ id }) => gates.some((gate) => gate === id))
  const failed = ran.filter(({ verdict }) => verdict !== 'passed')
  const reasons = failed.flatMap(({ id, reasons: why }) =>
    why.map(({ code, message, unblock }) => ({
      code: `gate_${code}`,
      gate: id,
      message: `${id}: ${message}`,
      unblock,
    })),
  )
  const ok = failed.length === 0
  out.result(
    { ok, run_id: runId, build: view.build, gates: ran, recorded: note === null, reasons },
    [
      buildText(view.build),
      ...gateLines(ran),
      ok ? `All ${ran.length} passed.` : `${failed.length} of ${ran.length} did not pass.`,
    ].join('\n'),
  )
  return ok ? EXIT.done : EXIT.findings
}

async function runAll(
  gates: readonly GateId[],
  { stateDir, runId, env }: { stateDir: string; runId: string; env: Invocation['env'] },
): Promise<Evidence[]> {
  const stopping = new AbortController()
  void untilStopped().then(() => stopping.abort())
  const view = progressView(gates, process.stderr)
  try {
    return await runGates(gates, {
      runId,
      clock: systemClock,
      build: () => readBuild(CHECKOUT),
      run: (gate) => {
        const { program, limitMs } = gateSpec(gate)
        const limits = { limitMs, interpret: interpreterOf(gate), signal: stopping.signal }
        return runProgram(program, { release: CHECKOUT, env: childEnvironment(env) }, limits)
      },
      keep: async (one) => void (await writeEvidence(stateDir, one)),
      tell: (progress) => view.take(progress),
    })
  } finally {
    view.close()
  }
}

/** A gate starts what it looks at itself: nothing of what runs here may be what it finds. */
function childEnvironment(env: Invocation['env']): NodeJS.ProcessEnv {
  const ours = /^(HOLDFAST_|WATCHDOG_|WORKER_|CONDA_|GUNICORN_|RUNTIME_CONTRACT_|NODE_CHANNEL)/
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ours.test(name)))
}

/** null: it is recorded. Without that no evidence counts, and the reason is told. */
async function record(
  settings: Settings,
  run_id: string,
  evidence: readonly Evidence[],
): Promise<string | null> {
  const [first] = evidence
  if (first === undefined) return null
  const { commit, build_hash } = first.build
  const results = evidence.map(({ gate, outcome, hash }) => ({ gate, outcome, evidence: hash }))
  try {
    await recordRelease(settings, { type: 'gates_run', run_id, commit, build_hash, results })
    return null
  } catch (error) {
    return `warning: the run could not be recorded, and so does not count: ${asProblem(error).message}`
  }
}

function onlyOption({ only }: OptionValues): readonly GateId[] {
  if (typeof only !== 'string') return GATE_IDS
  const named = only.split(',').map((name) => name.trim())
  return [...new Set(named)].map((name) => {
    if (isGateId(name)) return name
    const near = suggestion(name, GATE_IDS)
    const hint = near === null ? `known: ${GATE_IDS.join(', ')}` : `did you mean "${near}"?`
    throw new HoldfastProblem('usage', `--only: there is no gate "${name}"; ${hint}`)
  })
}

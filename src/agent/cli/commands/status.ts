import { setTimeout as pause } from 'node:timers/promises'
import { HoldfastProblem } from '#domain/problems.ts'
import { asProblem } from '#agent/as-problem.ts'
import { operatorSettings } from '#agent/operator/operator-settings.ts'
import { readStatus, type StatusDocument } from '#agent/operator/read-status.ts'
import type { Settings } from '#agent/settings/settings.ts'
import { untilStopped } from '#agent/start/until-stopped.ts'
import { EXIT, type ExitCode, type Invocation } from '../command.ts'
import { statusLine, statusText, type TextStyle } from '../status-text.ts'
import { WatchScreen } from '../watch-screen.ts'
import { wrapped } from '../wrap.ts'

const WATCH_MS = 1000
const NARROWEST = 40
/** Wider lines are hard to follow. */
const WIDEST = 100

/** `holdfast status`: exits 0 whatever the state, for the state is what was asked. */
export async function status({ env, configFile, options, json, out }: Invocation): Promise<ExitCode> {
  const settings = operatorSettings(env, configFile)
  if (options.watch === true) {
    if (json) throw new HoldfastProblem('usage', '--json prints one document, --watch goes on: use one')
    await watch(settings, env)
    return EXIT.done
  }
  const document = await readStatus(settings)
  out.result(document, statusText(document, styleOf(env)))
  return EXIT.done
}

function styleOf(env: Invocation['env']): TextStyle {
  const { isTTY, columns } = process.stdout
  const noColour = (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb'
  return {
    width: Math.min(WIDEST, Math.max(NARROWEST, columns ?? 80)),
    colour: isTTY && !noColour,
    clock: (at) => new Date(at).toLocaleTimeString('en-GB'),
  }
}

async function watch(settings: Settings, env: Invocation['env']): Promise<void> {
  const ended = new AbortController()
  void untilStopped().then(() => ended.abort())
  // A reader that has seen enough (`| head`) ends it too.
  process.stdout.once('error', () => ended.abort())
  const isScreen = process.stdout.isTTY && env.TERM !== 'dumb'
  await (isScreen ? watchOnScreen(settings, env, ended.signal) : watchInLines(settings, ended.signal))
}

async function watchOnScreen(settings: Settings, env: Invocation['env'], ended: AbortSignal): Promise<void> {
  const screen = new WatchScreen(process.stdout)
  let draw = () => {}
  const suspend = () => {
    screen.leave()
    process.kill(process.pid, 'SIGSTOP')
  }
  const goOn = () => {
    screen.enter()
    draw()
  }
  const leave = () => screen.leave()
  process.on('exit', leave).on('SIGTSTP', suspend).on('SIGCONT', goOn)
  process.stdout.on('resize', () => draw())
  screen.enter()
  try {
    await eachLook(settings, ended, (seen) => {
      draw = () => screen.draw(pictureOf(seen, styleOf(env)))
      draw()
    })
  } finally {
    screen.leave()
  }
}

function pictureOf(seen: StatusDocument | HoldfastProblem, style: TextStyle): string[] {
  const body =
    seen instanceof HoldfastProblem ? wrapped(seen.message, style.width) : statusText(seen, style).split('\n')
  return [...body, '', 'Looked at every second; Ctrl-C ends it.']
}

/** For a log or a pipe: a line when something has changed, and none while nothing has. */
async function watchInLines(settings: Settings, ended: AbortSignal): Promise<void> {
  let last = ''
  await eachLook(settings, ended, (seen) => {
    const isProblem = seen instanceof HoldfastProblem
    const line = isProblem ? seen.message : statusLine(seen)
    if (line !== last) process.stdout.write(`${isProblem ? '' : `${seen.at} `}${line}\n`)
    last = line
  })
}

/** What cannot be read now may be readable in a second: told, and tried again. */
async function eachLook(
  settings: Settings,
  ended: AbortSignal,
  show: (seen: StatusDocument | HoldfastProblem) => void,
): Promise<void> {
  while (!ended.aborted) {
    const seen = await unlessEnded(readStatus(settings).catch(asProblem), ended)
    if (seen === 'ended') return
    show(seen)
    await unlessEnded(pause(WATCH_MS), ended)
  }
}

/** Ctrl-C is answered at once, whatever is being waited for. */
function unlessEnded<T>(work: Promise<T>, ended: AbortSignal): Promise<T | 'ended'> {
  const { promise, resolve, reject } = Promise.withResolvers<T | 'ended'>()
  const end = () => resolve('ended')
  ended.addEventListener('abort', end, { once: true })
  work.then(resolve, reject).finally(() => ended.removeEventListener('abort', end))
  return promise
}

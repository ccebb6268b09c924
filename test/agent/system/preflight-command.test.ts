import { expect, test } from 'vitest'
import { OutputTail } from '#agent/system/output-tail.ts'
import { preflightCommand } from '#agent/system/preflight-command.ts'

test.each<[string, string[], string[] | null]>([
  [
    'a script with its interpreter',
    ['/usr/bin/python3', '/usr/bin/gunicorn', '--pid', 'x', 'app:app'],
    ['/usr/bin/gunicorn', '--check-config', '--print-config', '--pid', 'x', 'app:app'],
  ],
  [
    'a module, with options of the interpreter',
    ['python', '-u', '-m', 'gunicorn', 'app:app'],
    ['-u', '-m', 'gunicorn', '--check-config', '--print-config', 'app:app'],
  ],
  [
    'a program of its own',
    ['/opt/x/bin/gunicorn', 'app:app'],
    ['--check-config', '--print-config', 'app:app'],
  ],
  [
    'the stand-in of a demonstration',
    ['/usr/bin/node', '/demo/main.ts', '--bind', 'x'],
    ['/demo/main.ts', '--check-config', '--print-config', '--bind', 'x'],
  ],
  ['another program of its name', ['/usr/bin/node', '/srv/main.ts'], null],
  ['a title from setproctitle', ['gunicorn: master [app]', '', ''], null],
  ['another program', ['/usr/bin/python3', 'manage.py', 'runserver'], null],
  ['nothing', [], null],
])('WD8a %s', (_, cmdline, args) => {
  expect(preflightCommand({ cmdline, cwd: '/srv' }, [], '/demo/main.ts')?.args ?? null).toEqual(args)
})

test('WD8a what speaks for the running service is not passed on, everything else is', () => {
  const environment = [
    'A=b=c',
    'EMPTY=',
    'NOTIFY_SOCKET=/run/x',
    'LISTEN_FDS=1',
    'GUNICORN_PID=1',
    'WATCHDOG_USEC=1',
  ]
  expect(preflightCommand({ cmdline: ['gunicorn'], cwd: '/srv' }, environment, null)?.env).toEqual({
    A: 'b=c',
    EMPTY: '',
    PYTHONDONTWRITEBYTECODE: '1',
    HOLDFAST_PREFLIGHT: '1',
  })
})

test.each<[string, string[], string[], string]>([
  ['where it is', ['gunicorn', 'app'], ['PWD=/elsewhere'], '/srv/app'],
  ['where it was before --chdir', ['gunicorn', '--chdir', 'app', 'app'], ['PWD=/srv'], '/srv'],
  [
    'the same from its environment',
    ['gunicorn', 'app'],
    ['GUNICORN_CMD_ARGS=--chdir=app', 'PWD=/srv'],
    '/srv',
  ],
  ['where it is, when nothing else is known', ['gunicorn', '--chdir', 'app', 'app'], [], '/srv/app'],
])('WD8a it starts %s', (_, cmdline, environment, expected) => {
  expect(preflightCommand({ cmdline, cwd: '/srv/app' }, environment, null)?.cwd).toBe(expected)
})

function tailOf(text: string, env: Record<string, string> = {}): string {
  const tail = new OutputTail()
  // Cut at odd places, as pipes do.
  for (let at = 0; at < text.length; at += 777) tail.add(Buffer.from(text.slice(at, at + 777)))
  return tail.lastLines(env)
}

test('AU5 the end of an output is short, clean and without secrets', () => {
  expect(tailOf('')).toBe('')
  const many = tailOf(Array.from({ length: 10_000 }, (_, line) => `line ${line}`).join('\n'))
  expect(many.split('\n')).toHaveLength(20)
  expect(many.endsWith('line 9999')).toBe(true)
  expect(tailOf('x'.repeat(100_000)).length).toBeLessThanOrEqual(300)
  expect(tailOf('\tred \u001b[31m and back\u202e')).toBe('\tred  [31m and back')
  expect(tailOf('cannot connect to postgres://ops:hunter2@db/x')).toBe(
    'cannot connect to postgres://***@db/x',
  )
  expect(tailOf("KeyError: 'swordfish1'", { DB_PASSWORD: 'swordfish1', KEY: 'Error' })).toBe(
    "KeyError: '***'",
  )
})

import { expect, test } from 'vitest'
import { OutputHead, printedSettings } from '#agent/system/printed-settings.ts'

const SETTINGS = [
  'accesslog          = None',
  'graceful_timeout   = 70',
  'on_starting        = <OnStarting.on_starting()>',
  "raw_env            = ['DSN=swordfish = 1']",
  'preload_app        = True',
  'workers            = 2',
].join('\n')
const READ = { gracefulTimeoutMs: 70_000, preloads: true }

test.each<[string, string, object]>([
  ['alone', SETTINGS, { settings: READ, rest: '' }],
  ['between what others print', `a = 1\n${SETTINGS}\nb = 2\n`, { settings: READ, rest: 'a = 1\nb = 2\n' }],
  ['nowhere', 'workers = 2\n', { settings: undefined, rest: 'workers = 2\n' }],
  [
    'with a value that is no number',
    'graceful_timeout = soon',
    { settings: { gracefulTimeoutMs: null, preloads: false } },
  ],
])('WD10 settings %s', (_, text, expected) => {
  expect(printedSettings(text)).toMatchObject(expected)
})

test('the head of an output is bounded, and what is beyond it goes on', () => {
  const head = new OutputHead()
  expect(head.add(Buffer.alloc(60 * 1024, 'a'))).toHaveLength(0)
  expect(head.add(Buffer.alloc(60 * 1024, 'b'))).toHaveLength(56 * 1024)
  expect(head.add(Buffer.from('c')).toString()).toBe('c')
  expect(head.text()).toHaveLength(64 * 1024)
})

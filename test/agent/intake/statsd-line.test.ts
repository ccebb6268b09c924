import { expect, test } from 'vitest'
import { parseDatagram } from '#agent/intake/statsd-line.ts'

const parse = (text: string) => parseDatagram(Buffer.from(text, 'latin1'))

test.each([
  ['gunicorn.request.duration:5.707|ms', { kind: 'duration', ms: 5.707, worker: null }],
  // 1 s and 234,567 µs, as Python adds them up.
  ['gunicorn.request.duration:1234.5670000000002|ms', { kind: 'duration', ms: 1234.567, worker: null }],
  ['reports.gunicorn.request.duration:0|ms', { kind: 'duration', ms: 0, worker: null }],
  ['gunicorn.request.duration:5.7|ms|#pid:42,age:3', { kind: 'duration', ms: 5.7, worker: 42 }],
  ['gunicorn.request.status.200:1|c|@1.0', { kind: 'status', code: 200, worker: null }],
  ['gunicorn.request.status.503:1|c|@1.0|#pid:42', { kind: 'status', code: 503, worker: 42 }],
  [
    'gunicorn.request.duration:1|ms|#env:prod,pid:42,team:a b|c:abc|T1700000000',
    { kind: 'duration', ms: 1, worker: 42 },
  ],
  ['gunicorn.request.duration:1|ms|#env:prod,xpid:4,pid:none', { kind: 'duration', ms: 1, worker: null }],
  [`gunicorn.request.duration:1|ms|#note:${'x'.repeat(2000)}`, { kind: 'duration', ms: 1, worker: null }],
  ['gunicorn.requests:1|c|@1.0', { kind: 'other' }],
  ['gunicorn.workers:4|g', { kind: 'other' }],
  ['gunicorn.log.critical:1|c|@1.0', { kind: 'other' }],
  ['somebody.else:1|c', { kind: 'foreign' }],
  ['gunicorn.request.status.999:1|c', { kind: 'other' }],
  ['gunicorn.request.duration:-1|ms', { kind: 'malformed' }],
  ['gunicorn.request.duration:1e9|ms', { kind: 'malformed' }],
  ['gunicorn.request.duration:NaN|ms', { kind: 'malformed' }],
  ['gunicorn.request.duration:999999999|ms', { kind: 'malformed' }],
  ['gunicorn.request.duration|ms', { kind: 'malformed' }],
  ['\0\0\0', { kind: 'malformed' }],
  ['', { kind: 'malformed' }],
])('IN1 %j is read as %j', (text, expected) => {
  expect(parse(text)).toEqual([expected])
})

test('IN1 several metrics in one datagram are read each for itself', () => {
  expect(parse('gunicorn.request.duration:1|ms\nrubbish\ngunicorn.request.status.200:1|c\n')).toEqual([
    { kind: 'duration', ms: 1, worker: null },
    { kind: 'malformed' },
    { kind: 'status', code: 200, worker: null },
  ])
})

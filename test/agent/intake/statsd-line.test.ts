import { expect, test } from 'vitest'
import { parseDatagram } from '#agent/intake/statsd-line.ts'

const parse = (text: string) => parseDatagram(Buffer.from(text, 'latin1'))

test.each([
  ['gunicorn.request.duration:5.707|ms', { kind: 'duration', ms: 5.707, tag: '' }],
  ['reports.gunicorn.request.duration:0|ms', { kind: 'duration', ms: 0, tag: '' }],
  ['gunicorn.request.duration:5.7|ms|#pid:42,age:3', { kind: 'duration', ms: 5.7, tag: 'pid:42,age:3' }],
  ['gunicorn.request.status.200:1|c|@1.0', { kind: 'status', code: 200, tag: '' }],
  ['gunicorn.request.status.503:1|c|@1.0|#pid:42', { kind: 'status', code: 503, tag: 'pid:42' }],
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
    { kind: 'duration', ms: 1, tag: '' },
    { kind: 'malformed' },
    { kind: 'status', code: 200, tag: '' },
  ])
})

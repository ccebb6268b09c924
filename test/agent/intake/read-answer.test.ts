import { expect, test } from 'vitest'
import { readAnswer } from '#agent/intake/read-answer.ts'

const read = (body: string, status = 200) => readAnswer({ kind: 'answered', status, body }, 5, 1000)

test.each([
  ['pass', 'healthy'],
  ['UP', 'healthy'],
  ['warn', 'degraded'],
  ['fail', 'unhealthy'],
  ['down', 'unhealthy'],
])('IN1 a target that says "%s" with status 200 is %s', (word, status) => {
  expect(read(JSON.stringify({ status: word }))).toMatchObject({ health: { status } })
})

test.each(['{}', '{"status":1}', '{"status":"constructor"}', 'null', '[1]', 'OK', ''])(
  'IN1 %j says nothing of health: the status code alone counts',
  (body) => {
    expect(read(body)).toMatchObject({ kind: 'answered', health: null })
    expect(read(body, 503)).toMatchObject({ kind: 'failed', reason: 'http_5xx' })
  },
)

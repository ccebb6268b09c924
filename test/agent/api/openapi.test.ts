/** OB4: the OpenAPI document is what the running server does, no more and no less. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openApiDocument, openApiText } from '#agent/api/openapi/document.ts'
import { ROUTES } from '#agent/api/route-table.ts'
import { buildServer } from '#agent/api/server.ts'
import { ManualClock } from '../manual-clock.ts'
import { AccessGround, bareParts } from './agent-parts.ts'
import { routesOf } from './routes-of.ts'

let app: FastifyInstance
let ground: AccessGround
let directory: string

beforeEach(async () => {
  const clock = new ManualClock()
  ground = new AccessGround(clock)
  directory = mkdtempSync(join(tmpdir(), 'holdfast-console-'))
  writeFileSync(join(directory, 'index.html'), '<html><head></head></html>')
  app = await buildServer({
    ...bareParts(clock),
    access: ground.open(),
    publicOrigins: [],
    consoleDirectory: directory,
  })
})
afterEach(async () => {
  await app.close()
  rmSync(directory, { recursive: true, force: true })
  ground.remove()
})

test('OB4 is served to everybody', async () => {
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const answer = await fetch(`http://127.0.0.1:${port}/openapi.json`)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(await answer.text()).toBe(openApiText())
})

test('OB4 has each route of the running server but the console’s files, and no other', () => {
  const { paths } = openApiDocument()
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
  )
  const files = ROUTES.filter(({ description }) => 'leftOut' in description).map(
    ({ method, path }) => `${method} ${path}`,
  )
  expect(files.filter((route) => !route.includes('/classic'))).toEqual(['GET /', 'GET /index.html', 'GET /*'])
  expect([...described, ...files].toSorted()).toEqual(routesOf(app))
})

test('OB4 is an OpenAPI 3.1 document', async () => {
  const validator = new Validator()
  expect(await validator.validate(JSON.parse(openApiText()) as Record<string, unknown>)).toEqual({
    valid: true,
  })
  expect(validator.version).toBe('3.1')
})

test('OB4 says of every operation what it is for, and of every field of an address what is expected', () => {
  for (const [path, methods] of Object.entries(openApiDocument().paths)) {
    for (const { summary, parameters = [] } of Object.values(methods)) {
      expect(summary, path).toMatch(/^[A-Z].*[^.]$/)
      for (const { name, description } of parameters) expect(description, `${path} ${name}`).toBeTruthy()
    }
  }
})

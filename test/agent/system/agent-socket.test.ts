/** SE7: one socket, of a live agent, with its mode from its first moment. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { publishSocket, type PublishedSocket } from '#agent/system/agent-socket.ts'

let directory: string
let path: string
const servers: Server[] = []

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-socket-'))
  path = join(directory, 'agent.sock')
})
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
  rmSync(directory, { recursive: true, force: true })
})

async function publish(): Promise<PublishedSocket> {
  return publishSocket(directory, null, async (at) => {
    // Whoever only asks whether somebody listens is gone before the greeting.
    const server = createServer((connection) => connection.on('error', () => {}).end('hello'))
    servers.push(server)
    server.listen(at)
    await once(server, 'listening')
  })
}

function answer(): Promise<string> {
  return new Promise((settle) => {
    const asked = connect(path)
    asked.on('data', (chunk) => settle(chunk.toString()))
    asked.on('error', (error) => settle(error.message))
  })
}

/** Another process that listens there until it is killed, which leaves its socket behind. */
async function leaveStaleSocket(): Promise<void> {
  const code = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => console.log('on'))`
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'close')
}

test('SE7 it is for owner and group, leaves no other name, and is gone when it is withdrawn', async () => {
  const socket = await publish()
  expect(lstatSync(path).mode & 0o777).toBe(0o660)
  expect(readdirSync(directory)).toEqual(['agent', 'agent.sock'])
  expect(await answer()).toBe('hello')
  await socket.withdraw()
  expect(readdirSync(directory)).toEqual(['agent'])
  await publish()
})

test('SE7 the socket of a dead agent is replaced', async () => {
  await leaveStaleSocket()
  expect(lstatSync(path).isSocket()).toBe(true)
  await publish()
  expect(await answer()).toBe('hello')
  expect(readdirSync(directory)).toEqual(['agent', 'agent.sock'])
})

test('SE7 the socket of a live agent is not taken away', async () => {
  await publish()
  await expect(publish()).rejects.toMatchObject({ code: 'already_running' })
  expect(await answer()).toBe('hello')
})

test('SE7 of eight that start at once over a dead socket, one has it, and it works', async () => {
  for (let turn = 0; turn < 10; turn += 1) {
    await leaveStaleSocket()
    const starts = await Promise.allSettled(Array.from({ length: 8 }, publish))
    expect(starts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await answer()).toBe('hello')
    for (const start of starts) if (start.status === 'fulfilled') await start.value.withdraw()
  }
})

test.each<[string, () => void]>([
  ['a file', () => writeFileSync(path, 'x')],
  ['a link to itself', () => symlinkSync(path, path)],
  ['a link to nowhere', () => symlinkSync('/nowhere', path)],
  ['a directory', () => mkdirSync(path)],
])('SE7 %s in its place does not keep the agent from starting', async (_, put) => {
  put()
  await publish()
  expect(await answer()).toBe('hello')
})

test('SE7 a socket that answers is not taken away, even when somebody cleared the lock', async () => {
  await publish()
  rmSync(join(directory, 'agent'), { recursive: true })
  await expect(publish()).rejects.toMatchObject({ code: 'already_running' })
  expect(await answer()).toBe('hello')
})

test('SE7 a lock directory that is somebody’s link is not used', async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'holdfast-elsewhere-'))
  symlinkSync(elsewhere, join(directory, 'agent'))
  await expect(publish()).rejects.toMatchObject({ code: 'directory_unusable' })
  expect(readdirSync(elsewhere)).toEqual([])
  rmSync(elsewhere, { recursive: true })
})

test('BI1 a runtime directory whose path is too long for a socket is named, with the limit', async () => {
  const long = join(directory, 'd'.repeat(100))
  mkdirSync(long)
  await expect(publishSocket(long, null, async () => {})).rejects.toThrow('at most 80 bytes')
})

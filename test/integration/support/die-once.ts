/**
 * Loaded into the agent before anything else (`NODE_OPTIONS=--import`): kills it, once, at a moment too narrow to
 * be met from outside. `publish`: the request is on the disk, and its flag is not yet there. `answer`: the word is
 * on the disk, and whoever said it has heard nothing.
 */
import { closeSync, openSync } from 'node:fs'
import promises from 'node:fs/promises'
import { ServerResponse } from 'node:http'
import { syncBuiltinESMExports } from 'node:module'

/** `publish:FILE` or `answer:FILE`; the file marks that it has happened. */
const [moment, marker = ''] = (process.env['DIE_ONCE_BEFORE'] ?? '').split(':')

if (process.argv.includes('serve')) {
  if (moment === 'publish') dieBeforePublish()
  if (moment === 'answer') dieBeforeAnswer()
}

function dieBeforePublish(): void {
  const { link } = promises
  promises.link = async (from, to) => {
    if (String(to).endsWith('restart.flag') && isFirst()) {
      process.kill(process.pid, 'SIGKILL')
      await new Promise(() => {})
    }
    return link(from, to)
  }
  syncBuiltinESMExports()
}

function dieBeforeAnswer(): void {
  const { writeHead } = ServerResponse.prototype
  ServerResponse.prototype.writeHead = function (this: ServerResponse, ...words: [number]) {
    const isWord = this.req.method === 'POST' && this.req.url?.startsWith('/admin/api/worker/') === true
    if (isWord && isFirst()) process.kill(process.pid, 'SIGKILL')
    return writeHead.apply(this, words)
  }
}

function isFirst(): boolean {
  try {
    closeSync(openSync(marker, 'wx'))
    return true
  } catch {
    return false // it has died before
  }
}

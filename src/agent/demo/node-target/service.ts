/** What the Node target answers: the same paths, limits and failures as `target/service.py`. */
import { get } from 'node:http'
import type { ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '#agent/ports/clock.ts'
import type { HostPort } from '../arguments.ts'
import type { Faults } from '../faults-file.ts'
import { EXPORT_PAGES, connect, exportPage, isUsable, report } from './database.ts'
import { healthPayload } from './health.ts'
import { MemoryCache } from './memory-cache.ts'
import type { MasterLink } from './master-link.ts'
import { HOME_PAGE, Refusal, sendJson, sendProblem, sendText } from './responses.ts'

const PRICING_LIMIT_MS = 800
const PAUSE_MS_MAX = 2_000
const LEAK_BYTES_MAX = 160 * 1024 * 1024
const ROUTE = /^\/(reports|quotes)\/(\d{1,9})(\/export)?$/

export interface ServiceOptions {
  readonly clock: Clock
  readonly link: MasterLink
  readonly databasePath: string
  readonly pricing: HostPort
  readonly faults: () => Faults
}

export class Service {
  readonly #options: ServiceOptions
  readonly #idle: DatabaseSync[] = []
  readonly #memory: MemoryCache
  readonly #leaked: Buffer[] = []
  #leakedBytes = 0

  constructor(options: ServiceOptions) {
    this.#options = options
    this.#memory = new MemoryCache(options.clock)
  }

  async answer(method: string, path: string, response: ServerResponse): Promise<void> {
    try {
      if (method !== 'GET' && method !== 'HEAD') {
        throw new Refusal(405, 'method_not_allowed', 'Only GET is served.')
      }
      await this.#route(path, response)
    } catch (cause) {
      if (response.headersSent) response.destroy()
      else sendProblem(response, cause)
    }
  }

  async #route(path: string, response: ServerResponse): Promise<void> {
    if (path === '/health') return this.#health(response)
    // Health is spared: being watched must not be what fills the memory.
    this.#leak(this.#options.faults().leak_kb_per_request)
    if (path === '/') return sendText(response, HOME_PAGE)
    const [, kind, digits, isExport] = ROUTE.exec(path) ?? []
    const number = Number(digits)
    if (kind === 'reports') return isExport ? this.#export(number, response) : this.#report(number, response)
    if (kind === 'quotes' && !isExport) return this.#quote(number, response)
    throw new Refusal(404, 'not_found', 'There is nothing at this path; see /.')
  }

  async #health(response: ServerResponse): Promise<void> {
    const usable = isUsable(this.#options.databasePath)
    sendJson(response, usable ? 200 : 503, healthPayload(await this.#options.link.snapshot(), usable))
  }

  async #report(number: number, response: ServerResponse): Promise<void> {
    const { link } = this.#options
    const key = `report:${number}`
    const near = this.#memory.get(key)
    if (near !== null) {
      link.tell({ tell: 'l1-hit' })
      return sendJson(response, 200, near)
    }
    const far = await link.cached(key)
    const value =
      far ?? (await this.#withConnection(async (database) => JSON.stringify(report(database, number))))
    this.#memory.put(key, value)
    if (far === null) link.tell({ tell: 'cache-put', key, value })
    sendJson(response, 200, value)
  }

  #export(number: number, response: ServerResponse): Promise<void> {
    return this.#withConnection(async (database) => {
      response.writeHead(200, { 'Content-Type': 'text/csv; charset=utf-8' })
      response.write('id,day,value\n')
      let lastId = 0
      for (let page = 0; page < EXPORT_PAGES && !response.destroyed; page += 1) {
        // Readers differ; in step they would let go of their connections all at once.
        if (page > 0) await delay(this.#pauseMs() * (0.7 + 0.6 * Math.random()))
        const { lines, lastId: next } = exportPage(database, number, lastId)
        response.write(lines)
        lastId = next
      }
      response.end()
    })
  }

  #pauseMs(): number {
    return Math.min(PAUSE_MS_MAX, Math.max(0, this.#options.faults().export_pause_ms))
  }

  async #quote(number: number, response: ServerResponse): Promise<void> {
    const { link, pricing } = this.#options
    const admission = await link.admit()
    if ('retryAfterSeconds' in admission) {
      const detail = 'The pricing service failed too often and is left alone for a while.'
      throw new Refusal(503, 'circuit_open', detail, admission.retryAfterSeconds)
    }
    const quote = await askPrice(pricing, number)
    link.tell({ tell: 'settle', ticket: admission.ticket, succeeded: quote !== null })
    if (quote === null) throw new Refusal(502, 'pricing_failed', 'The pricing service failed.')
    sendJson(response, 200, quote)
  }

  async #withConnection<T>(work: (database: DatabaseSync) => Promise<T>): Promise<T> {
    const { link, databasePath } = this.#options
    const lease = await link.checkOut()
    if (lease === null)
      throw new Refusal(503, 'pool_exhausted', 'All database connections are checked out.', 2)
    try {
      const database = this.#idle.pop() ?? connect(databasePath)
      const result = await work(database)
      this.#idle.push(database)
      return result
    } finally {
      // A connection whose work failed is not kept; its place in the pool comes free either way.
      link.tell({ tell: 'check-in', lease })
    }
  }

  #leak(kilobytes: number): void {
    const bytes = kilobytes * 1024
    if (bytes <= 0 || this.#leakedBytes + bytes > LEAK_BYTES_MAX) return
    this.#leakedBytes += bytes
    this.#leaked.push(Buffer.alloc(bytes, 0x5a))
  }
}

/** Null when the service could not be reached, was too slow, or answered with an error. */
function askPrice({ host, port }: HostPort, number: number): Promise<string | null> {
  return new Promise((resolve) => {
    const asked = get({ host, port, path: `/prices/${number}`, agent: false }, (answer) => {
      const parts: string[] = []
      answer.setEncoding('utf8')
      answer.on('data', (part: string) => parts.push(part))
      answer.on('end', () => resolve(answer.statusCode === 200 ? parts.join('') : null))
      answer.on('error', () => resolve(null))
    })
    const limit = setTimeout(() => asked.destroy(), PRICING_LIMIT_MS)
    asked.on('error', () => resolve(null))
    asked.on('close', () => {
      clearTimeout(limit)
      resolve(null)
    })
  })
}

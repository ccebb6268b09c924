/**
 * The two forms of a raw page (IN3), of the same columns: JSON for people and scripts, a binary frame for the console.
 * The frame is given to whoever asks for it by name; everybody else, however odd their wishes, gets JSON.
 */
import { type FastifyReply, type FastifyRequest } from 'fastify'
import { encodePage } from '#domain/raw-frame/encode.ts'
import { RAW_FRAME_TYPE, type RawPage } from '#domain/schemas/raw-v1.ts'
import type { HeldPage } from '#agent/store/raw-store.ts'
import { FRAME_GZIP } from '#agent/system/frame-gzip.ts'
import { sendCompressed, TEXT_GZIP } from './compression.ts'
import { envelope } from './envelope.ts'

export async function sendRawPage(
  page: HeldPage,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (prefersFrame(request.headers.accept)) {
    const frame = encodePage(page.head, page.streams)
    reply.headers(HEADERS).type(RAW_FRAME_TYPE)
    return sendCompressed(Buffer.from(frame.buffer), request, reply, FRAME_GZIP)
  }
  return sendText(JSON.stringify(envelope(pageOf(page), page.head.now)), request, reply)
}

/** A document that may be large, as JSON. */
export async function sendText(
  text: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  reply.headers(HEADERS).type('application/json; charset=utf-8')
  return sendCompressed(Buffer.from(text), request, reply, TEXT_GZIP)
}

const HEADERS = { 'cache-control': 'no-store', vary: 'accept, accept-encoding' }

/** As it is written in JSON. */
export function pageOf({ head, streams }: HeldPage): RawPage {
  const lists = Object.entries(streams).map(([stream, columns]) => [stream, listsOf(columns)])
  return { ...head, ...Object.fromEntries(lists) } as RawPage
}

function listsOf(columns: object): Record<string, unknown[]> {
  return Object.fromEntries(
    Object.entries<ArrayLike<unknown>>({ ...columns }).map(([name, column]) => [name, Array.from(column)]),
  )
}

/** Named, not refused, and not behind JSON. */
export function prefersFrame(accept = ''): boolean {
  const wishes = new Map(accept.split(',').map(wishOf))
  const frame = wishes.get(RAW_FRAME_TYPE) ?? 0
  return frame > 0 && frame >= (wishes.get('application/json') ?? 0)
}

function wishOf(text: string): [type: string, weight: number] {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const weight = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1)
  return [type, weight]
}

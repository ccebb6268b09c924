/**
 * Large answers leave as gzip where the client takes it. At the lowest level: the agent runs beside a service in
 * trouble, and the next one takes twice as long for a tenth less.
 */
import { promisify } from 'node:util'
import { constants, gzip, type ZlibOptions } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'

export const TEXT_GZIP: ZlibOptions = { level: constants.Z_BEST_SPEED }

/** What fits one packet is not made faster by being smaller. */
const BYTES_WORTH_IT = 1400

export async function sendCompressed(
  body: Buffer,
  request: FastifyRequest,
  reply: FastifyReply,
  options: ZlibOptions,
): Promise<FastifyReply> {
  if (body.length < BYTES_WORTH_IT || !takesGzip(request.headers['accept-encoding'])) return reply.send(body)
  return reply.header('content-encoding', 'gzip').send(await promisify(gzip)(body, options))
}

function takesGzip(accepted: string | string[] = ''): boolean {
  return /(?:^|,)\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[^,]*)?(?:,|$)/i.test(String(accepted))
}

/** The description of all the others (OB4): made when it is first asked for, and the same until the agent ends. */
import type { FastifyInstance } from 'fastify'
import { openApiText } from '../openapi/document.ts'
import { sendText } from '../raw-forms.ts'

export function addOpenApi(app: FastifyInstance): void {
  let made: string | null = null
  app.get('/openapi.json', async (request, reply) => {
    made ??= openApiText()
    return sendText(made, request, reply)
  })
}

/** Whether what runs is what is written down (OB4, RC3). */
import type { FastifyInstance } from 'fastify'
import type { ContractReport } from '#domain/schemas/contract-api.ts'
import type { Clock } from '#agent/ports/clock.ts'
import { CONTRACT } from '../descriptions/contract.ts'
import { envelope } from '../envelope.ts'
import { queryOf } from '../query.ts'

export interface ContractRouteParts {
  readonly contract: { read(anew: boolean): Promise<ContractReport> }
  readonly clock: Clock
}

export function addContract(app: FastifyInstance, { contract, clock }: ContractRouteParts): void {
  app.get('/admin/api/contract', async (request, reply) => {
    const { anew } = queryOf(request, CONTRACT)
    const report = await contract.read(anew === 'true')
    return reply.header('cache-control', 'no-store').send(envelope(report, clock.wallNow()))
  })
}

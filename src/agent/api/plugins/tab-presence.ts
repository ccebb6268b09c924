/** What open tabs say of themselves with the reads that they make anyhow (SH6). It changes no answer. */
import type { FastifyInstance } from 'fastify'
import { readTabWord, TAB_HEADER } from '#domain/navigation/presence.ts'
import { headerOf } from '../header-of.ts'
import type { NavigationDesk } from '../routes/navigation.ts'
import { sessionHolderOf, type AccessGuardParts } from './access-guard.ts'

export function addTabPresence(
  app: FastifyInstance,
  parts: AccessGuardParts & { readonly navigation: Pick<NavigationDesk, 'heard'> },
): void {
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.url !== '/health') return
    const word = readTabWord(headerOf(request, TAB_HEADER.toLowerCase()))
    if (word !== null) parts.navigation.heard(word, sessionHolderOf(request, parts))
  })
}

import { userInfo } from 'node:os'
import type { RestartAsk } from '#domain/journal/events.ts'

/** Break-glass (SE7): whoever may write the state directory of this host, under the name of the account. */
export function localActor(): RestartAsk['actor'] {
  return { name: `local:${userInfo().username}`, ip: null }
}

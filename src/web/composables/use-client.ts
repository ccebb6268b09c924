import type { KyInstance } from 'ky'
import { inject, type InjectionKey } from 'vue'
import { invariant } from '#domain/invariant.ts'

export const CLIENT: InjectionKey<KyInstance> = Symbol('client')

/** The one client, and with it the one owner of retries. */
export function useClient(): KyInstance {
  const client = inject(CLIENT)
  invariant(client !== undefined, 'main.ts provides the client')
  return client
}

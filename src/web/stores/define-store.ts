/**
 * What the whole console knows, one of each for an app: made when it is first asked for, in a scope of its own, so that it
 * outlives the view that asked. Some twenty lines, since a library for it weighs as much in the entry as all of the shell (ADR 0038).
 */
import {
  type App,
  effectScope,
  hasInjectionContext,
  inject,
  type InjectionKey,
  reactive,
  type UnwrapNestedRefs,
} from 'vue'
import { invariant } from '#domain/invariant.ts'

export interface Stores {
  install(app: App): void
  readonly of: <S extends object>(setUp: () => S) => UnwrapNestedRefs<S>
}

const STORES: InjectionKey<Stores> = Symbol('stores')
/** A store that asks for another may be set up outside of any component. */
let active: Stores | null = null

export function createStores(): Stores {
  const scope = effectScope(true)
  const held = new Map<() => object, object>()
  const stores: Stores = {
    install: (app) => app.provide(STORES, stores),
    of: <S extends object>(setUp: () => S) => {
      const found = held.get(setUp)
      if (found !== undefined) return found as UnwrapNestedRefs<S>
      // It never ends, so that it always runs.
      const made = scope.run(() => reactive(setUp())) as UnwrapNestedRefs<S>
      held.set(setUp, made)
      return made
    },
  }
  return stores
}

export function defineStore<S extends object>(setUp: () => S): (stores?: Stores) => UnwrapNestedRefs<S> {
  return (given) => {
    const stores = given ?? (hasInjectionContext() ? inject(STORES, null) : null) ?? active
    invariant(stores !== null, 'the app has its stores')
    active = stores
    return stores.of(setUp)
  }
}

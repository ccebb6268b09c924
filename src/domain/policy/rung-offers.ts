/** The ladder as the watchdog says that it stands (WD16); where it says nothing, the weakest rung alone. */
import { ladder, type RungOffer } from './ladder.ts'
import type { WorkerStatus } from '../schemas/worker-api.ts'

export type ShownOffer = Pick<RungOffer, 'rung' | 'offered' | 'because'>

const UNTOLD = { kind: 'unavailable', detail: 'the watchdog does not say whether it can be done' } as const

export function rungOffers({ watchdog }: Pick<WorkerStatus, 'watchdog'>): readonly ShownOffer[] {
  return watchdog.rungs ?? ladder({ tried: [], service: UNTOLD })
}

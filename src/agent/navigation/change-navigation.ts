/**
 * One change of the kill switch, whoever carries it (SH3): agent or command, on behalf of host or console. Engaging
 * comes before its record, and does not depend on it: a journal that cannot be written must not keep anybody in a
 * broken console. A release is recorded first, and not carried out without.
 */
import { holdsOf, releasePlan, type Releaser } from '#domain/navigation/kill-switch.ts'
import type { RouteId } from '#domain/navigation/manifest.ts'
import { switchFileView } from '#domain/navigation/view.ts'
import type { JournalEvent, RestartAsk } from '#domain/journal/events.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import type { NavigationChanged } from '#domain/schemas/navigation-api.ts'
import type { Desk } from '#agent/operator/desk.ts'
import type { Clock } from '#agent/ports/clock.ts'
import { nameOf, readSwitch, removeSwitch, writeSwitch, type SwitchDirectories } from './switch-files.ts'

export interface NavigationWish {
  readonly requestId: string
  readonly actor: RestartAsk['actor']
  readonly engaged: boolean
  readonly route: RouteId | null
  /** Cleaned. */
  readonly reason: string
  readonly releaser: Releaser
}

export interface NavigationPlace {
  readonly directories: SwitchDirectories
  readonly clock: Pick<Clock, 'wallNow'>
}

type Event = Extract<JournalEvent, { type: 'navigation_changed' }>

/** `desk` null: nothing can be recorded here and now. */
export function changeNavigation(
  desk: Desk | null,
  place: NavigationPlace,
  wish: NavigationWish,
): Promise<NavigationChanged> {
  if (wish.reason === '') {
    throw new HoldfastProblem('bad_request', 'reason: expected why, in words; found nothing')
  }
  const act = async () => {
    const before = await recalled(desk, wish)
    if (before !== null) return answered(place, wish, { ...before, replayed: true })
    return wish.engaged ? engage(desk, place, wish) : release(desk, place, wish)
  }
  return desk === null ? act() : desk.inTurn(act)
}

interface Done {
  readonly by: string
  readonly eventId: string | null
  readonly replayed?: boolean
  readonly written?: NavigationChanged['written']
  readonly removed?: NavigationChanged['removed']
  readonly notes?: readonly string[]
}

async function engage(
  desk: Desk | null,
  place: NavigationPlace,
  wish: NavigationWish,
): Promise<NavigationChanged> {
  const { actor, reason, route } = wish
  const kind = wish.releaser === 'host' ? 'hard' : 'runtime'
  const explanation = { reason, by: actor.name, at: place.clock.wallNow() }
  const { file, notes } = await writeSwitch(place.directories, { kind, route }, explanation)
  const record = await recorded(desk, eventOf(wish, [nameOf(file)]))
  return answered(place, wish, {
    by: actor.name,
    eventId: record.id,
    written: [switchFileView(file)],
    notes: [...notes, ...record.notes],
  })
}

async function release(
  desk: Desk | null,
  place: NavigationPlace,
  wish: NavigationWish,
): Promise<NavigationChanged> {
  const { files } = readSwitch(place.directories)
  const { remove } = releasePlan(files, wish)
  if (desk === null) {
    throw new HoldfastProblem(
      'state_unwritable',
      'a release is carried out when it is recorded, and not before',
    )
  }
  const { id } = await desk.record(eventOf(wish, remove.map(nameOf)))
  const { removed, notes } = await removeSwitch(place.directories, remove)
  return answered(place, wish, {
    by: wish.actor.name,
    eventId: id,
    removed: removed.map(switchFileView),
    notes,
  })
}

function answered(place: NavigationPlace, wish: NavigationWish, done: Done): NavigationChanged {
  const { files } = readSwitch(place.directories)
  return {
    change: wish.engaged ? 'engaged' : 'released',
    route: wish.route,
    by: done.by,
    replayed: done.replayed === true,
    recorded: done.eventId !== null,
    event_id: done.eventId,
    written: done.written ?? [],
    removed: done.removed ?? [],
    holds: holdsOf(files, wish.route).map(switchFileView),
    notes: [...(done.notes ?? [])],
  }
}

/** A retry under the same key changes nothing: somebody else may have changed it since. */
async function recalled(
  desk: Desk | null,
  wish: NavigationWish,
): Promise<Pick<Done, 'by' | 'eventId'> | null> {
  // A journal that cannot be read must not keep anybody from engaging.
  const row = await (desk?.recall(wish.requestId) ?? null)?.catch((error: unknown) => {
    if (!wish.engaged) throw error
    return null
  })
  if (row === null || row === undefined) return null
  const { event } = row
  const { change, route, reason } = eventOf(wish, [])
  const isSame =
    event.type === 'navigation_changed' &&
    event.change === change &&
    event.route === route &&
    event.reason === reason
  if (!isSame) {
    throw new HoldfastProblem('bad_request', 'Idempotency-Key: expected a new one for another request')
  }
  return { by: event.actor.name, eventId: row.id }
}

async function recorded(desk: Desk | null, event: Event): Promise<{ id: string | null; notes: string[] }> {
  if (desk === null)
    return { id: null, notes: ['it is not recorded: the journal cannot be written from here'] }
  try {
    return { id: (await desk.record(event)).id, notes: [] }
  } catch (error) {
    const why = error instanceof HoldfastProblem ? error.message : String(error)
    return { id: null, notes: [`it is not recorded: ${why}`] }
  }
}

function eventOf({ actor, engaged, route, reason, requestId }: NavigationWish, files: string[]): Event {
  const change = engaged ? 'engaged' : 'released'
  return { type: 'navigation_changed', actor, change, route, reason, files, request_id: requestId }
}

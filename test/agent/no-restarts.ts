import type { RestartLists } from '#agent/store/restart-lists.ts'

/** A history that can be read and holds no attempt. */
export const noRestarts = (): RestartLists => ({ t_requested: [], t_completed: [], success: [] })

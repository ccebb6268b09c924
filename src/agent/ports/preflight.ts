import type { MasterSighting, TargetSettings } from './target-processes.ts'

/** Whether the target's own configuration and application can be loaded, tried outside the running service (WD8a). */
export type PreflightAnswer =
  | { readonly kind: 'passed'; readonly settings?: TargetSettings | undefined }
  | { readonly kind: 'failed'; readonly lastLines: string }
  | { readonly kind: 'unavailable'; readonly detail: string }

export type Preflight = (master: MasterSighting) => Promise<PreflightAnswer>

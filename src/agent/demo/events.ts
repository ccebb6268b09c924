/** What the demonstration tells whoever started it, over the channel between the two processes. */
export type DemoEvent =
  | { type: 'ready'; targetKind: 'gunicorn' | 'node'; masterPid: number }
  | { type: 'failed'; detail: string }
  | { type: 'target-restarted'; masterPid: number }

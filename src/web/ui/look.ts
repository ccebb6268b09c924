/** What a state looks like: shape and word carry the meaning, the tone only repeats it. */
export type Tone = 'ok' | 'busy' | 'held' | 'bad' | 'unknown'

/** Drawn on a field of 16 by 16. */
export const SHAPES = {
  disc: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2Z',
  triangle: 'M8 1.5 15.2 14H.8Z',
  cross: 'M3.8 1.4 8 5.6l4.2-4.2 2.4 2.4L10.4 8l4.2 4.2-2.4 2.4L8 10.4l-4.2 4.2-2.4-2.4L5.6 8 1.4 3.8Z',
  ring: 'M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13Zm0 2.4a4.1 4.1 0 1 0 0 8.2 4.1 4.1 0 0 0 0-8.2Z',
  clock:
    'M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13Zm0 1.8a4.7 4.7 0 1 0 0 9.4 4.7 4.7 0 0 0 0-9.4ZM7.1 4.6h1.8v3l2.2 2.1-1.2 1.3-2.8-2.6Z',
  gate: 'M1.5 2h2.4v12H1.5ZM12.1 2h2.4v12h-2.4ZM5.4 6.8h5.2v2.4H5.4Z',
  lock: 'M8 1.2a3.6 3.6 0 0 1 3.6 3.6v2.1h1.2v7.6H3.2V6.9h1.2V4.8A3.6 3.6 0 0 1 8 1.2Zm0 1.9a1.7 1.7 0 0 0-1.7 1.7v2.1h3.4V4.8A1.7 1.7 0 0 0 8 3.1Z',
  pause: 'M3.4 2h3.2v12H3.4ZM9.4 2h3.2v12H9.4Z',
  turn: 'M8 2a6 6 0 0 1 5.2 3l1.6-1v5H9.9l1.7-1.2A4 4 0 1 0 11.9 9h2a6 6 0 1 1-5.9-7Z',
} as const

export type Shape = keyof typeof SHAPES

export interface Look {
  readonly tone: Tone
  readonly shape: Shape
  readonly word: string
}

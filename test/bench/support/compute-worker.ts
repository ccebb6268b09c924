/** The same measurements as in Node, in a worker of a browser. */
import { decoding, inBuckets, MILLION, states, ticks } from './compute.ts'

const MEASUREMENTS = {
  buckets: () => inBuckets(),
  ticks: () => ticks(MILLION),
  decoding,
  states,
}
export type BrowserMeasurement = keyof typeof MEASUREMENTS

addEventListener('message', ({ data }: MessageEvent<BrowserMeasurement>) => {
  postMessage(MEASUREMENTS[data]())
})

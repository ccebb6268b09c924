import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventParser } from '#web/api/event-parser.ts'

const TEXT = [
  'retry: 2000\n\n',
  'event: health\nid: ab-1\ndata: {"status":"healthy"}\n\n',
  ': \n\n',
  'event: raw\ndata: {"at":1}\n\n',
].join('')
const EVENTS = [
  { event: 'health', id: 'ab-1', data: '{"status":"healthy"}' },
  { event: 'raw', id: null, data: '{"at":1}' },
]

test('SH8 events are the same whatever the pieces are in which they come', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: TEXT.length })), (places) => {
      const cuts = [0, ...places.sort((one, other) => one - other), TEXT.length]
      const parser = new EventParser()
      const events = cuts.slice(1).flatMap((end, i) => parser.take(TEXT.slice(cuts[i], end)))
      expect(events).toEqual(EVENTS)
      expect(parser.retryMs).toBe(2000)
    }),
  )
})

test('SH8 what was cut off by the end of a line is no part of the next one', () => {
  const parser = new EventParser()
  parser.take('event: health\nid: ab-2\nda')
  parser.begin()
  expect(parser.take('event: raw\ndata: {"at":1}\n\n')).toEqual([EVENTS[1]])
})

test('IN4 an event without an end is not kept for ever', () => {
  const parser = new EventParser()
  expect(() => parser.take('x'.repeat(2 * 1024 * 1024))).toThrow('without an end')
})

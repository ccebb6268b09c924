import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checksumOf, type FrameFault } from '#domain/raw-frame/block.ts'
import { decodePage, decodeStream } from '#domain/raw-frame/decode.ts'
import { encodePage, encodeStream } from '#domain/raw-frame/encode.ts'
import { columnFaults, RAW_SECTIONS, type RawSection } from '#domain/schemas/raw-columns.ts'
import { type Lists, listsOf, SECTIONS } from './arbitrary-columns.ts'

function encoded(section: RawSection, lists: Lists): Uint8Array<ArrayBuffer> {
  const block = encodeStream(section, lists as never)
  if (typeof block === 'string') throw new Error(block)
  return block
}

function decoded(section: RawSection, bytes: ArrayBuffer): Lists | FrameFault {
  const read = decodeStream(section, bytes)
  if ('code' in read) return read as FrameFault
  return Object.fromEntries(
    Object.entries(read).map(([name, column]) => [name, Array.from(column as unknown[])]),
  )
}

const request = { t: [5, 5, 9], duration_ms: [0.001, 12.5, 3], status: [200, 200, 503] }
const years = 1e11

describe.each(SECTIONS)('the section %s', (section) => {
  test('IN3 what was written is what is read, to the last bit', () => {
    fc.assert(
      fc.property(listsOf(section), (lists) => {
        expect(decoded(section, encoded(section, lists).buffer)).toEqual(lists)
      }),
      { numRuns: 300 },
    )
  })

  test('BI1 a changed byte is found, wherever it is, and so is every cut', () => {
    fc.assert(
      fc.property(listsOf(section), fc.nat(), fc.integer({ min: 1, max: 255 }), (lists, place, change) => {
        const block = encoded(section, lists)
        const cut = block.slice(0, place % block.length)
        expect(decoded(section, cut.buffer)).toMatchObject({ code: 'frame_malformed' })
        const at = place % block.length
        block[at] = (block[at] as number) ^ change
        expect(decoded(section, block.buffer)).toMatchObject({ code: 'frame_malformed' })
      }),
      { numRuns: 300 },
    )
  })

  test('BI1 a column that is shorter or longer than the time beside it is refused by its name', () => {
    const [, ...others] = Object.keys(RAW_SECTIONS[section])
    fc.assert(
      fc.property(listsOf(section), fc.constantFrom(...others), fc.boolean(), (lists, name, isShorter) => {
        const column = lists[name] ?? []
        fc.pre(column.length > 0)
        const unequal = isShorter ? column.slice(1) : [...column, column[0]]
        const given = { ...lists, [name]: unequal } as never
        expect(encodeStream(section, given)).toEqual(expect.stringContaining(`${section}.`))
        const fault = { column: name, expected: column.length, found: unequal.length }
        expect(columnFaults(section, given)).toContainEqual(expect.objectContaining(fault))
      }),
      { numRuns: 100 },
    )
  })

  test('BI1 a column with NaN is refused by its place', () => {
    const names = Object.keys(RAW_SECTIONS[section])
    for (const name of names) {
      const lists = Object.fromEntries(names.map((one) => [one, one === name ? [Number.NaN] : [0]]))
      const refusal = encodeStream(section, lists as never)
      expect(refusal).toEqual(expect.stringContaining(`${section}.`))
    }
  })
})

test.each([
  ['no row', { t: [], duration_ms: [], status: [] }],
  ['one row', { t: [1_763_600_000_000], duration_ms: [5.707], status: [200] }],
  ['ties in the order given', { t: [7, 7, 7], duration_ms: [3, 1, 2], status: [200, 500, 200] }],
  ['a minute among microseconds', { t: [1, 2], duration_ms: [0.001, 61_234.567], status: [200, 504] }],
  ['a night without a request', { t: [0, 3e7], duration_ms: [1, 1], status: [200, 200] }],
  ['seconds among microseconds', { t: [1, 2], duration_ms: [0.001, 4321.987], status: [200, 200] }],
  ['a gap of years', { t: [0, years, 2 * years], duration_ms: [0, 0, 0], status: [200, 200, 200] }],
  ['times beyond an exact difference', { t: [-8.64e15, 8.64e15], duration_ms: [0, 0], status: [1, 1] }],
  ['a duration that is no microsecond', { t: [1], duration_ms: [1234.5670000000002], status: [200] }],
  ['the largest double', { t: [1], duration_ms: [Number.MAX_VALUE], status: [200] }],
])('IN3 %s survives', (_what, lists) => {
  expect(decoded('requests', encoded('requests', lists).buffer)).toEqual(lists)
})

test('IN3 words survive: more of them than a byte can count, of any script, and halves of a pair', () => {
  const reason = [...Array.from({ length: 300 }, (_, i) => `Grund ${i}`), 'größer', '\ud800', '🔥', null, '']
  const t = reason.map((_, i) => i)
  const lists = { t, ok: t.map(() => false), latency_ms: t.map(() => null), reason }
  expect(decoded('probe', encoded('probe', lists).buffer)).toEqual(lists)
})

/** A block whose header was written by somebody who knows the checksum. */
function forged(block: Uint8Array<ArrayBuffer>, change: (header: string) => string): ArrayBuffer {
  const headerBytes = new Int32Array(block.buffer)[3] as number
  const [prelude, body] = [block.slice(0, 16), block.slice(16 + headerBytes)]
  const header = new TextEncoder().encode(change(new TextDecoder().decode(block.slice(16, 16 + headerBytes))))
  const bytes = new Uint8Array(Math.ceil((16 + header.length + body.length) / 4) * 4)
  bytes.set(prelude)
  bytes.set(header, 16)
  bytes.set(body, 16 + header.length)
  return sealedAgain(bytes, header.length)
}

function sealedAgain(bytes: Uint8Array<ArrayBuffer>, headerBytes: number): ArrayBuffer {
  const words = new Int32Array(bytes.buffer)
  words.set([bytes.length, headerBytes], 2)
  words[1] = checksumOf(words)
  return bytes.buffer
}

test.each([
  ['two thousand million rows', (header: string) => header.replace('"count":3', '"count":2147483648')],
  ['a negative count', (header: string) => header.replace('"count":3', '"count":-3')],
  ['a fraction of a row', (header: string) => header.replace('"count":3', '"count":2.5')],
  ['rows that cost nothing', (header: string) => header.replace('"planes":1', '"planes":0')],
  ['millions of rows a byte', (header: string) => header.replace('"planes":1', '"planes":1e-7')],
  ['a base that is none', (header: string) => header.replace('"first":5', '"first":"5"')],
  ['a tick of nothing', (header: string) => header.replace('"perUnit":1000', '"perUnit":0')],
  ['another section', (header: string) => header.replace('requests', 'pool')],
  ['nothing of a column', (header: string) => header.replace('"status"', '"__proto__"')],
  ['a list', () => '[]'],
  ['null', () => 'null'],
  ['no JSON', () => '{"section":'],
  ['JSON deeper than the stack', () => '['.repeat(200_000)],
])('BI1 a header that says %s under a right checksum is a fault', (_what, change) => {
  const bytes = forged(encoded('requests', request), change)
  expect(decoded('requests', bytes)).toEqual({ code: 'frame_malformed', reason: 'its header makes no sense' })
})

test('BI1 a place that is not in the list, and a number that is none in it, are faults', () => {
  const lists = { t: [1, 2, 3, 4], duration_ms: [1, 2, 3, 4], status: [200, 200, 200, 200] }
  for (const values of ['[]', '[null]', '["200"]', '7']) {
    const bytes = forged(encoded('requests', lists), (header) => header.replace('[200]', values))
    expect(decoded('requests', bytes)).toEqual({
      code: 'frame_malformed',
      reason: 'its header makes no sense',
    })
  }
})

test('BI1 whatever stands in a header, the answer is a fault or columns that are checked like any other', () => {
  const token = fc.constantFrom(
    '0',
    '1',
    '3',
    '7',
    '8',
    '-1',
    '1e300',
    'null',
    'true',
    '"x"',
    '[]',
    '{}',
    '[1,null]',
  )
  fc.assert(
    fc.property(listsOf('requests'), fc.nat(), token, (lists, place, replacement) => {
      const bytes = forged(encoded('requests', lists), (header) => {
        const values = [...header.matchAll(/(?<=:)(?:\d+|\[[^\]]*\]|"[^"]*"|true)/g)]
        const { index, 0: old } = values[place % values.length] as RegExpExecArray
        return header.slice(0, index) + replacement + header.slice(index + old.length)
      })
      const read = decoded('requests', bytes)
      if ('code' in read) return
      const faults = columnFaults('requests', read as never)
      const count = (read.t as unknown[]).length
      expect(faults.length > 0 || Object.values(read).every(({ length }) => length === count)).toBe(true)
    }),
    { numRuns: 1000 },
  )
})

test('BI1 arbitrary bytes are no frame', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(decodePage(bytes.slice().buffer)).toMatchObject({ code: 'frame_malformed' })
    }),
  )
})

const HEAD = { format: 'holdfast.raw/1', cursor: 'größer' }
const pool = { t: [1], checked_out: [3], max_capacity: [30] }

function pageOf(bytes: ArrayBuffer) {
  const page = decodePage(bytes)
  if ('code' in page) throw new Error(page.reason)
  return page
}

test('IN3 a page holds its head and its streams; one that was not asked for is absent', () => {
  const page = pageOf(encodePage(HEAD, { requests: request, pool }).buffer)
  expect(page.head).toMatchObject(HEAD)
  expect(Array.from((page.stream('requests') as typeof request).status)).toEqual([200, 200, 503])
  expect(Array.from((page.stream('pool') as typeof pool).checked_out)).toEqual([3])
  expect(page.stream('probe')).toBeNull()
})

test('BI1 a stream with a changed byte costs itself alone', () => {
  const bytes = encodePage(HEAD, { requests: request, pool })
  bytes[bytes.length - 1] = 1
  const page = pageOf(bytes.buffer)
  expect(page.stream('pool')).toEqual({ code: 'frame_malformed', reason: 'its checksum does not fit' })
  expect(page.stream('requests')).not.toHaveProperty('code')
})

test('BI1 a page that is cut off keeps the streams before the cut', () => {
  const bytes = encodePage(HEAD, { requests: request, pool })
  const page = pageOf(bytes.slice(0, -16).buffer)
  expect(page.stream('pool')).toEqual({ code: 'frame_malformed', reason: 'it is cut off' })
  expect(page.stream('requests')).not.toHaveProperty('code')
})

test('BI1 a page with something behind it is none', () => {
  const bytes = new Uint8Array([...encodePage(HEAD, { pool }), 0])
  expect(decodePage(bytes.buffer)).toMatchObject({ reason: expect.stringContaining('too long') })
})

test('BI1 a stream that could not be written is told by its place, and the others are whole', () => {
  const page = pageOf(encodePage(HEAD, { requests: { ...request, t: [5, 4, Number.NaN] }, pool }).buffer)
  expect(page.stream('requests')).toMatchObject({ reason: expect.stringContaining('requests.t[1]') })
  expect(page.stream('pool')).not.toHaveProperty('code')
})

import { expect, test } from 'vitest'
import { BrokenPromise, invariant } from '#domain/invariant.ts'

test('a broken invariant names the promise that was broken', () => {
  expect(() => invariant(false, 'an attempt lies in the past')).toThrow(BrokenPromise)
  expect(() => invariant(false, 'an attempt lies in the past')).toThrow('an attempt lies in the past')
})

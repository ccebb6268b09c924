import { userInfo } from 'node:os'
import { expect, test } from 'vitest'
import { accountName, accountUid, groupGid } from '#agent/system/accounts.ts'

test('SE7 an account is named, and one that nobody knows is its number', async () => {
  expect(await accountName(0)).toBe('root')
  expect(await accountName(process.geteuid?.() ?? 0)).toBe(userInfo().username)
  expect(await accountName(3_999_999_999)).toBe('uid=3999999999')
})

test('names are looked up to numbers, and what is no name has none', async () => {
  expect(await accountUid('root')).toBe(0)
  expect(await groupGid('root')).toBe(0)
  for (const name of ['nobody-of-that-name', '', 'root:x', '0']) {
    expect([await accountUid(name), await groupGid(name)], name).toEqual([null, null])
  }
})

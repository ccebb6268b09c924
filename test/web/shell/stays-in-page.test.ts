import { expect, test } from 'vitest'
import { staysInPage } from '#web/shell/stays-in-page.ts'

test.each<[string, MouseEventInit, boolean]>([
  ['a plain click', {}, true],
  ['the middle button', { button: 1 }, false],
  ['with Ctrl', { ctrlKey: true }, false],
  ['with Shift', { shiftKey: true }, false],
  ['with Alt', { altKey: true }, false],
  ['with the command key', { metaKey: true }, false],
])('SH1 %s on a link of the navigation stays in the page or is the browser’s', (_, how, stays) => {
  expect(staysInPage(new MouseEvent('click', { button: 0, ...how }))).toBe(stays)
})

test('SH1 a click that somebody has taken already is not followed', () => {
  const click = new MouseEvent('click', { cancelable: true })
  click.preventDefault()
  expect(staysInPage(click)).toBe(false)
})

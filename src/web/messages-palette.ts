/** The part of the catalogue (messages.ts) for the command palette, which is loaded when it is opened. */
const en = {
  title: 'Commands',
  field: 'Page or command',
  page: 'page',
  setting: 'setting',
  account: 'account',
  none: 'Nothing of that name',
}

/** Other languages must have each of these sentences. */
export type PaletteMessages = typeof en

export const paletteMessages: PaletteMessages = en

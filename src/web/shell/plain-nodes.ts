/**
 * A page that the agent rendered, as nodes of ours (SE8): never as markup that is put into the document, but built anew from the
 * elements and attributes of this list. What is not on it is left out, and its text stays.
 */
import { h, type VNode } from 'vue'

const ELEMENTS: Readonly<Record<string, readonly string[]>> = {
  A: ['href'],
  BR: [],
  BUTTON: [],
  CODE: [],
  DD: [],
  DIV: ['role', 'aria-label', 'tabindex'],
  DL: [],
  DT: [],
  FIELDSET: [],
  FORM: ['method', 'action'],
  H2: [],
  H3: [],
  INPUT: ['type', 'name', 'value', 'size', 'maxlength', 'autocomplete', 'checked', 'disabled'],
  LABEL: [],
  LEGEND: [],
  LI: [],
  OPTION: ['value'],
  P: [],
  SELECT: ['name'],
  STRONG: [],
  TABLE: [],
  TBODY: [],
  TD: [],
  TH: ['scope'],
  THEAD: [],
  TR: [],
  UL: [],
}

/** What is in them is no text for people. */
const NO_TEXT: readonly string[] = ['SCRIPT', 'STYLE']

/** Addresses of the classic page alone: relative, and to nowhere else. */
const OWN_ADDRESS = /^classic(\/[a-z-]+)?$/

export function plainNodes(element: Element): (VNode | string)[] {
  return Array.from(element.childNodes).flatMap((node) => {
    if (node instanceof Text) return [node.data]
    if (!(node instanceof Element)) return []
    if (NO_TEXT.includes(node.tagName)) return []
    const allowed = ELEMENTS[node.tagName]
    if (allowed === undefined) return plainNodes(node)
    return [h(node.tagName.toLowerCase(), attributesOf(node, allowed), plainNodes(node))]
  })
}

/** As attributes, with `^`: none of them is a property, and none a listener. */
function attributesOf(element: Element, allowed: readonly string[]): Record<string, string> {
  const named = allowed.flatMap((name) => {
    const value = element.getAttribute(name)
    const isAddress = name === 'href' || name === 'action'
    return value === null || (isAddress && !OWN_ADDRESS.test(value)) ? [] : [[`^${name}`, value]]
  })
  return Object.fromEntries(named) as Record<string, string>
}

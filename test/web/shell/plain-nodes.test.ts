import { h } from 'vue'
import { expect, test } from 'vitest'
import { plainNodes } from '#web/shell/plain-nodes.ts'
import { mount } from '../mount.ts'

/** What stands in the page after a document of that markup was taken over. */
function shown(markup: string): HTMLElement {
  const { body } = new DOMParser().parseFromString(markup, 'text/html')
  return mount({ render: () => h('div', plainNodes(body)) })
}

test('SH5 tables, texts and forms come through as they are', () => {
  const host = shown(
    '<form method="post" action="classic/pause"><label>Why<input type="text" name="reason" value="a &lt;b&gt;"></label></form><table><tr><th scope="col">When</th></tr></table>',
  )
  const input = host.querySelector('input')
  expect([input?.name, input?.value]).toEqual(['reason', 'a <b>'])
  expect(host.querySelector('form')?.getAttribute('action')).toBe('classic/pause')
  expect(host.querySelector('th')?.textContent).toBe('When')
})

test('SE8 scripts, listeners, styles, foreign addresses and frames do not', () => {
  const host = shown(
    '<p onclick="x()" style="color:red">text</p><script>bad</script><iframe src="/"></iframe><img src="x" onerror="x()"><a href="javascript:x()">one</a><a href="//evil.example">two</a><a href="classic/audit">own</a>',
  )
  expect(host.querySelectorAll('script, iframe, img, [onclick], [style]')).toHaveLength(0)
  expect(host.textContent).toBe('textonetwoown')
  expect([...host.querySelectorAll('a')].map((link) => link.getAttribute('href'))).toEqual([
    null,
    null,
    'classic/audit',
  ])
})

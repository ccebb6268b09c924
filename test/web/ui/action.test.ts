import { expect, test } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { h, ref } from 'vue'
import ActionButton from '#web/ui/ActionButton.vue'
import TextField from '#web/ui/TextField.vue'
import { expectAccessible, mount } from '../mount.ts'

function action(props: Record<string, unknown>) {
  const acts: number[] = []
  const host = mount(ActionButton, {
    props: { ...props, onAct: () => acts.push(1) },
    slots: { default: () => 'Reload 4 workers' },
  })
  return { host, acts, button: page.getByRole('button', { name: 'Reload 4 workers' }) }
}

test('an action acts, by mouse and by keyboard, in every kind', async () => {
  for (const kind of ['plain', 'primary', 'risky']) {
    const { host, acts } = action({ kind })
    const button = host.querySelector('button') as HTMLButtonElement
    button.focus()
    await userEvent.keyboard('{Enter}')
    button.click()
    expect(acts).toHaveLength(2)
    await expectAccessible(host)
    host.remove()
  }
})

test('one that is barred stays where it is, can be reached, says why, and does nothing', async () => {
  const { host, acts, button } = action({ kind: 'primary', bar: 'Cooling down.' })
  await expect.element(button).toHaveAttribute('aria-disabled', 'true')
  await expect.element(button).toHaveAccessibleDescription('Cooling down.')
  host.querySelector('button')?.focus()
  await expect.element(button).toHaveFocus()
  await userEvent.keyboard('{Enter}')
  expect(acts).toEqual([])
  await expectAccessible(host)
})

test.each([1, 3])(
  'a field of %i lines has its name and its help, and gives back what is typed',
  async (rows) => {
    const text = ref('')
    const field = () =>
      h(TextField, {
        label: 'Why now',
        help: 'Kept in the audit.',
        rows,
        modelValue: text.value,
        'onUpdate:modelValue': (typed: string) => (text.value = typed),
      })
    const host = mount(field)
    const box = page.getByRole('textbox', { name: 'Why now' })
    await box.fill('the pool is stuck')
    expect(text.value).toBe('the pool is stuck')
    await expect.element(box).toHaveAccessibleDescription('Kept in the audit.')
    await expectAccessible(host)
  },
)

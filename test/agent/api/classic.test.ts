/** The classic page over real sockets and desks (SH4, SE3): what it shows to whom, and what its forms do. */
import { readdirSync, existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operatorJournalPath } from '#agent/store/journal-paths.ts'
import { openJournalReader } from '#agent/store/sqlite-journal.ts'
import { hashPassword } from '#agent/access/password-hash.ts'
import { NAVIGATION } from '#domain/navigation/manifest.ts'
import { BY, CHEAP } from './agent-parts.ts'
import { PASSWORD, startWholeAgent, type WholeAgent } from './whole-agent.ts'

let agent: WholeAgent
let base: string

beforeAll(async () => {
  agent = await startWholeAgent()
  base = `http://127.0.0.1:${agent.port}/`
  await agent.access.addAccount(
    { name: 'vera', role: 'viewer', password: await hashPassword(PASSWORD, CHEAP) },
    BY,
  )
})
afterAll(() => agent.stop())

const get = async (path: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(new URL(path, base), { headers, redirect: 'manual' })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

/** As a text browser does: neither Origin nor Sec-Fetch-Site. */
const post = async (
  path: string,
  fields: Record<string, string> | string,
  headers: Record<string, string> = {},
) => {
  const body = new URLSearchParams(fields)
  const answer = await fetch(new URL(path, base), { method: 'POST', body, headers, redirect: 'manual' })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

async function signIn(user = 'admin'): Promise<{ cookie: string }> {
  const { status, headers } = await post('classic/sign-in', { page: '', user, password: PASSWORD, link: '' })
  expect(status).toBe(303)
  expect(headers.get('location')).toBe('../classic')
  return { cookie: headers.get('set-cookie')?.split(';')[0] ?? '' }
}

/** The hidden fields of one form, as the page has them. */
function hiddenOf(page: string, act: string): Record<string, string> {
  const form = page.slice(page.indexOf(`action="classic/${act}"`))
  const end = form.indexOf('</form>')
  expect(end, `the form ${act}`).toBeGreaterThan(0)
  const fields = form.slice(0, end).matchAll(/<input\s+type="hidden"\s+name="(\w+)"\s+value="([^"]*)"/g)
  return Object.fromEntries([...fields].map(([, name = '', value = '']) => [name, value]))
}

async function fill(who: { cookie: string }, act: string, typed: Record<string, string>, page = 'classic') {
  const fields = hiddenOf((await get(page, who)).text, act)
  const sent = await post(`classic/${act}`, { ...fields, ...typed }, who)
  const location = sent.headers.get('location') ?? ''
  const shown = sent.status === 303 ? await get(new URL(location, `${base}classic/${act}`).href, who) : sent
  return { ...sent, fields, shown: shown.text.replaceAll('&#39;', "'") }
}

async function said(type: string) {
  const rows = await openJournalReader(operatorJournalPath(agent.ground.stateDir)).read(0, 1000)
  return rows.map(({ event }) => event).filter((event) => event.type === type)
}

const flags = () =>
  existsSync(agent.ground.flag)
    ? 1
    : readdirSync(agent.ground.runtimeDir).filter((name) => name === 'restart').length

test('SH4 whoever has not signed in sees the state and a sign-in, no form that acts and no script', async () => {
  const { status, text, headers } = await get('classic')
  expect(status).toBe(200)
  expect(text).toContain('action="classic/sign-in"')
  expect(text).not.toContain('action="classic/restart"')
  expect(text).not.toMatch(/<script|<link|<img|<iframe|\bon\w+=/i)
  expect(headers.get('content-security-policy')).toContain("default-src 'none'")
})

test('SH4 every page of the console has its counterpart, below 30 KB signed in, and an unknown one none', async () => {
  const who = await signIn()
  for (const path of ['classic', ...NAVIGATION.map(({ id }) => `classic/${id}`)]) {
    const { status, text } = await get(path, who)
    expect({ path, status }).toEqual({ path, status: 200 })
    expect(Buffer.byteLength(text), path).toBeLessThan(30 * 1024)
    expect(text).not.toMatch(/<script/i)
  }
  const unknown = await get('classic/nowhere', who)
  expect([unknown.status, unknown.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8'])
})

describe('its forms', () => {
  test('SE1 a wrong password is told in words, with the name still there', async () => {
    const { status, text } = await post('classic/sign-in', {
      page: '',
      user: 'admin',
      password: 'x',
      link: '',
    })
    expect(status).toBe(401)
    expect(text).toContain('Name or password is not right')
    expect(text).toContain('value="admin"')
  })

  test('SE2 a sign-in link is pasted whole, and lets in once', async () => {
    const { secret } = await agent.access.makeLink(BY)
    const fields = { page: 'audit', user: '', password: '', link: `${base}#sign-in=${secret}` }
    const first = await post('classic/sign-in', fields)
    expect([first.status, first.headers.get('location')]).toEqual([303, 'audit'])
    expect((await post('classic/sign-in', fields)).status).toBe(401)
  })

  test('WD17 a restart that is sent twice is asked for once, and the page says so', async () => {
    const who = await signIn()
    const once = await fill(who, 'restart', { rung: 'reload' }, 'classic/restart')
    expect(once.shown).toContain(`Accepted, as request ${once.fields.key}`)
    const again = await post('classic/restart', { ...once.fields, rung: 'reload' }, who)
    const location = new URL(again.headers.get('location') ?? '', `${base}classic/restart`).href
    expect((await get(location, who)).text).toContain('heard once')
    expect(await said('request_recorded')).toHaveLength(1)
    expect(flags()).toBe(1)
  })

  test('WD12 an override without the name typed is refused in words, and its reason is still there', async () => {
    const who = await signIn()
    const typed = { rung: 'reload', reason: 'cache is <poisoned>', typed: 'nope' }
    const { shown } = await fill(who, 'override', typed)
    expect(shown).toMatch(/The name [\w.-]+ is not typed yet/)
    expect(shown).toContain('value="cache is &lt;poisoned&gt;"')
    expect(await said('request_recorded')).toHaveLength(1)
  })

  test('WD17 a page that is no longer true is told so, and nothing is asked for', async () => {
    const who = await signIn()
    const old = hiddenOf((await get('classic', who)).text, 'restart')
    await fill(who, 'pause', { reason: 'deploy', for: '900' })
    const { headers } = await post('classic/restart', { ...old, rung: 'reload' }, who)
    const page = await get(new URL(headers.get('location') ?? '', `${base}classic/restart`).href, who)
    expect(page.text).toContain('What you saw has changed')
    expect((await fill(who, 'resume', { reason: '' })).shown).toContain('recorded, by user:admin')
    expect(await said('paused')).toMatchObject([{ reason: 'deploy', actor: { name: 'user:admin' } }])
  })

  test('SH3 the kill switch is engaged and released from here, with a reason or not at all', async () => {
    const who = await signIn()
    const change = (way: string, reason: string) => fill(who, 'navigation', { what: 'audit', way, reason })
    expect((await change('engage', ' ')).shown).toContain('A reason is needed')
    expect((await change('engage', 'table does not load')).shown).toContain('Taken out of service')
    expect((await get('classic')).text).toContain('Out of service on their own: Audit.')
    expect((await get('classic')).text).not.toContain('table does not load')
    expect((await change('release', 'fixed')).shown).toContain('Put back into service')
    expect(await said('navigation_changed')).toHaveLength(2)
  })

  test('SE3 a token of another session, act or key, or none, changes nothing and is told in words', async () => {
    const [who, other] = [await signIn(), await signIn()]
    const own = hiddenOf((await get('classic', who)).text, 'pause')
    const foreign = hiddenOf((await get('classic', other)).text, 'pause')
    const elsewhere = hiddenOf((await get('classic', who)).text, 'navigation')
    const typed = { reason: 'x', for: '' }
    for (const csrf of ['', foreign.csrf ?? '', elsewhere.csrf ?? '']) {
      const { status, text } = await post('classic/pause', { ...own, ...typed, csrf }, who)
      expect([status, text.includes('does not carry the token')]).toEqual([403, true])
    }
    const another = { ...own, ...typed, key: 'another' }
    expect((await post('classic/pause', another, who)).status).toBe(403)
    for (const headers of [{ origin: 'http://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      expect((await post('classic/pause', { ...own, ...typed }, { ...who, ...headers })).status).toBe(403)
    }
    expect(await said('paused')).toHaveLength(1)
  })

  test('SE5 a viewer may look and not act, and whoever is not signed in is sent to sign in', async () => {
    const vera = await signIn('vera')
    const page = await get('classic', vera)
    expect(page.text).toContain('A viewer may look.')
    expect(page.text).not.toContain('action="classic/restart"')
    const fields = hiddenOf(page.text, 'sign-out')
    expect((await post('classic/pause', { ...fields, reason: 'x', for: '' }, vera)).status).toBe(403)
    const nobody = await post('classic/pause', { ...fields, reason: 'x', for: '' })
    expect([nobody.status, nobody.text.includes('Nobody is signed in')]).toEqual([401, true])
  })

  test('BI1 a field that is missing, twice, unknown or of another kind of body is refused in words', async () => {
    const who = await signIn()
    const fields = hiddenOf((await get('classic', who)).text, 'pause')
    const twice = `${new URLSearchParams({ ...fields, reason: 'a', for: '' })}&reason=b`
    expect((await post('classic/pause', twice, who)).status).toBe(400)
    expect((await post('classic/pause', fields, who)).text).toContain('reason')
    expect((await post('classic/pause', { ...fields, reason: 'a', for: '', more: '1' }, who)).status).toBe(
      400,
    )
    const json = { ...who, 'content-type': 'application/json' }
    const body = JSON.stringify({ ...fields, reason: 'a', for: '' })
    const answer = await fetch(`${base}classic/pause`, { method: 'POST', headers: json, body })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'text/html; charset=utf-8'])
    const large = await post('classic/pause', { ...fields, reason: 'x'.repeat(20_000), for: '' }, who)
    expect(large.status).toBe(413)
  })

  test('SE1 who is signed in, and as what, is told in the console’s words', async () => {
    expect((await get('classic', await signIn())).text).toContain('Signed in as admin, administrator.')
  })

  test('SE1 signed out, the session is over', async () => {
    const who = await signIn()
    expect((await fill(who, 'sign-out', {})).status).toBe(303)
    expect((await get('classic', who)).text).toContain('action="classic/sign-in"')
  })
})

describe('what was typed in the console and not sent', () => {
  const csrfOf = async (who: { cookie: string }) => {
    const { text } = await get('admin/api/session', who)
    return (JSON.parse(text) as { data: { csrf_token: string } }).data.csrf_token
  }
  const handOver = async (who: { cookie: string }, texts: object, csrf?: string) => {
    const answer = await fetch(new URL('admin/api/unsent', base), {
      method: 'PUT',
      headers: {
        ...who,
        'content-type': 'application/json',
        'x-csrf-token': csrf ?? (await csrfOf(who)),
      },
      body: JSON.stringify(texts),
    })
    return answer.status
  }

  test('SH3 stands in the forms of its session, as text and without secrets, until the form is sent', async () => {
    const [who, other] = [await signIn(), await signIn()]
    const typed = '<b>"the pool" db://app:hunter2@db/x'
    expect(await handOver(who, { pause_reason: typed, override_name: 'half a na' })).toBe(200)
    // From another tab of it.
    expect(await handOver(who, { navigation_reason: 'white page' })).toBe(200)
    const { text } = await get('classic', who)
    expect(text).toContain('What you had typed in the console and not sent')
    expect(text).toContain('value="&lt;b&gt;&quot;the pool&quot;')
    expect(text).toContain('value="half a na"')
    expect(text).toContain('value="white page"')
    expect(text).not.toContain('hunter2')
    expect((await get('classic', other)).text).not.toContain('white page')
    expect((await get('classic')).text).not.toContain('white page')

    await fill(who, 'navigation', { what: 'audit', way: 'engage', reason: 'white page' })
    await fill(who, 'navigation', { what: 'audit', way: 'release', reason: 'mended' })
    const after = (await get('classic', who)).text
    expect(after).toContain('value="half a na"')
    expect(after).not.toContain('value="white page"')
  })

  test('SE3 BI1 is taken from operators with their token, and from nobody else; too much of it not at all', async () => {
    const [who, viewer] = [await signIn(), await signIn('vera')]
    expect(await handOver(who, { pause_reason: 'x' }, 'of another')).toBe(403)
    expect(await handOver(viewer, { pause_reason: 'x' })).toBe(403)
    expect(await handOver(who, { pause_reason: 'x'.repeat(2001) })).toBe(400)
    expect(await handOver(who, { password: 'x' })).toBe(400)
    expect((await get('classic', who)).text).not.toContain('What you had typed')
  })
})

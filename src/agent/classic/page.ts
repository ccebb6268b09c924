/**
 * The classic page (SH4): what the console says, in the same words and by the same rules, made by the agent: one request, no
 * script. Without a sign-in it says no more than `/health` does (OB1): no user, path or typed reason.
 */
import { hash } from 'node:crypto'
import { ROLE_WORDS } from '#domain/access/roles.ts'
import { LEVEL_WORDS } from '#domain/health/verdict-words.ts'
import { NAVIGATION, type RouteId } from '#domain/navigation/manifest.ts'
import { isoText } from '#domain/time.ts'
import type { ClassicFacts } from './facts.ts'
import { html, Html } from './html.ts'
import { restartSection } from './restart-sections.ts'
import { signInSection } from './sign-in-section.ts'
import {
  auditSection,
  figuresSection,
  restartsSection,
  verdictFor,
  verdictSection,
} from './state-sections.ts'
import { switchSection } from './switch-section.ts'
import { CLASSIC_PART_ID } from '#domain/navigation/classic.ts'
import { signOutForm, wordSections } from './word-sections.ts'
import { CLASSIC_WORDS as WORDS } from './words.ts'

/** SH4, as bytes of UTF-8. */
export const PAGE_BYTES_LIMIT = 30 * 1024

/** What a page of the console has here; the compiler asks for each. */
const COUNTERPARTS: Readonly<Record<RouteId, (facts: ClassicFacts) => Html[]>> = {
  overview: (facts) => [...verdictSection(facts), ...figuresSection(facts)],
  traffic: (facts) => [...verdictSection(facts), ...figuresSection(facts)],
  pool: (facts) => [...verdictSection(facts), ...figuresSection(facts)],
  memory: (facts) => [...verdictSection(facts), ...figuresSection(facts)],
  watchdog: (facts) => [...verdictSection(facts), ...wordSections(facts), ...restartsSection(facts)],
  restart: (facts) => [...restartSection(facts), ...restartsSection(facts)],
  audit: auditSection,
  logs: (facts) => [...verdictSection(facts), onTheHost('holdfast bundle')],
  gates: (facts) => [...verdictSection(facts), onTheHost('holdfast gates status')],
  contract: (facts) => [...verdictSection(facts), onTheHost('holdfast contract check')],
  navigation: switchSection,
  admin: (facts) => [...verdictSection(facts), onTheHost('holdfast user list')],
}

/** Of a page that has nothing here: the command that says the same. */
function onTheHost(command: string): Html {
  return html`<p>${WORDS.saysTheSame} <code>${command}</code></p>`
}

const WHOLE = (facts: ClassicFacts): Html[] => [
  ...verdictSection(facts),
  ...restartSection(facts),
  ...wordSections(facts),
  ...restartsSection(facts),
  ...switchSection(facts),
]

/** Right for the address that was asked, under whatever prefix a proxy takes away. Rows give way to the limit, nothing else. */
export function classicPage(facts: ClassicFacts, base: string): string {
  const { visitor = null } = facts
  for (let rows = visitor?.audit?.length ?? 0; ; rows = Math.floor(rows / 2)) {
    const cut = visitor === null ? visitor : { ...visitor, audit: visitor.audit?.slice(0, rows) ?? null }
    const page = rendered({ ...facts, visitor: cut }, base)
    if (rows === 0 || Buffer.byteLength(page) < PAGE_BYTES_LIMIT) return page
  }
}

function rendered(facts: ClassicFacts, base: string): string {
  const { level, headline } = verdictFor(facts)
  const { page = null } = facts
  const entry = NAVIGATION.find(({ id }) => id === page)
  const heading = html`<h1 class="${level}">${LEVEL_WORDS[level]}: ${headline}</h1>`
  return documentOf(
    { title: `${LEVEL_WORDS[level]}: ${WORDS.bar}${entry === undefined ? '' : `, ${entry.title}`}`, base },
    html`${noticeOf(facts)} ${answerOf(facts)} ${unsentOf(facts)} ${heading}
      ${entry === undefined ? html`` : html`<h2>${entry.title}</h2>`}
      <div id="${CLASSIC_PART_ID}">${page === null ? WHOLE(facts) : COUNTERPARTS[page](facts)}</div>
      ${visitorOf(facts)} ${pagesOf(page)}
      <p class="foot">
        ${WORDS.madeAt(isoText(facts.now))} <a href="${addressOf(page)}">${WORDS.lookAgain}</a>.
        ${WORDS.onHost}
      </p>`,
  )
}

/** The frame of each page, of those that say what went wrong too. */
export function documentOf(
  { title, base }: { readonly title: string; readonly base: string },
  content: Html,
): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <base href="${base}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <main>
          <p class="bar">${WORDS.bar}</p>
          ${content}
        </main>
      </body>
    </html> `.text
}

function noticeOf({ navigation: { engaged } }: ClassicFacts): Html {
  return engaged
    ? html`<p class="notice"><strong>${WORDS.outOfService}</strong> ${WORDS.insteadOfConsole}</p>`
    : html`<p>${WORDS.inService} <a href="./">${WORDS.openIt}</a>.</p>`
}

function answerOf({ answer = null }: ClassicFacts): Html {
  if (answer === null) return html``
  return html`<div class="notice" role="status">
    ${answer.lines.map((line, index) => (index === 0 ? html`<p><strong>${line}</strong></p>` : html`<p>${line}</p>`))}
  </div>`
}

function unsentOf({ unsent = {} }: ClassicFacts): Html {
  if (Object.keys(unsent).length === 0) return html``
  return html`<p>${WORDS.unsent} <a href="${addressOf(null)}">${WORDS.whole}</a>.</p>`
}

function visitorOf(facts: ClassicFacts): Html {
  const { visitor = null } = facts
  if (visitor === null) return html`${signInSection(facts)}`
  return html`<h2>${WORDS.signOut}</h2>
    <p>${WORDS.signedInAs(visitor.shown, ROLE_WORDS[visitor.role])}</p>
    ${signOutForm(facts, visitor)}`
}

function pagesOf(page: RouteId | null): Html {
  const links = [
    ...(page === null ? [] : [html`<a href="${addressOf(null)}">${WORDS.whole}</a>`]),
    ...NAVIGATION.filter(({ id }) => id !== page).map(
      ({ id, title }) => html`<a href="${addressOf(id)}">${title}</a>`,
    ),
  ]
  return html`<h2>${WORDS.pages}</h2>
    <nav aria-label="${WORDS.pages}">${links}</nav>`
}

function addressOf(page: RouteId | null): string {
  return page === null ? 'classic' : `classic/${page}`
}

/** Shape and word carry the meaning: the page reads in a text browser, and in grey. */
const STYLE = `
:root{color-scheme:light dark;--text:#181d24;--muted:#48525e;--surface:#f4f6f7;--line:#b9c1cb;--bad:#a81f18;--held:#7a4d00;--notice:#fdf2d8}
@media (prefers-color-scheme:dark){:root{--text:#e7ebf0;--muted:#b0bac5;--surface:#0f1317;--line:#465362;--bad:#ff9d94;--held:#e8b95e;--notice:#2c2412}}
body{margin:0;background:var(--surface);color:var(--text);font:16px/1.5 Inter,'Liberation Sans',Arial,sans-serif}
main{max-width:52rem;margin:0 auto;padding:16px}
.bar,.foot,dt{color:var(--muted)}
.notice{background:var(--notice);border:1px solid var(--line);padding:8px 12px}
h1{font-size:1.5rem;line-height:1.25}
h1.unhealthy{color:var(--bad)}
h1.degraded{color:var(--held)}
h2{font-size:1.1rem;margin-top:24px}
dt{margin-top:8px}
dd{margin:0}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:4px 8px 4px 0;border-bottom:1px solid var(--line);vertical-align:top}
a{color:inherit}
nav a{margin-right:12px;white-space:nowrap}
.wide{overflow-x:auto}
input,select,button{font:inherit;padding:6px 8px;max-width:100%;box-sizing:border-box;border:1px solid var(--muted);border-radius:4px;background:var(--surface);color:var(--text)}
input[type=radio],input[type=checkbox]{width:1rem;height:1rem}
button{cursor:pointer;font-weight:600}
fieldset{border:1px solid var(--line);margin:0;padding:0 12px}
form p{margin:8px 0}
h3{font-size:1rem}
ul{padding-left:20px}
td{overflow-wrap:anywhere;min-width:5rem}
li,dd,code{overflow-wrap:anywhere}
`

/** Put together here: its hash is over every character, and a template may be laid out anew. */
const STYLE_ELEMENT = new Html(`<style>${STYLE}</style>`)

/** By which the page's policy lets this one style in, and nothing else. */
export const STYLE_HASH = `sha256-${hash('sha256', STYLE, 'base64')}`

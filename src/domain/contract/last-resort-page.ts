/**
 * The last-resort page (SH3): nginx's own, for when the agent does not answer. It shows what was last known as that, with
 * its time and the present one side by side, and never as what is true now. nginx fills it in by SSI: it takes the lines of
 * what was last known apart by one pattern, and escapes each. What is of most use stands above them:
 * a file that nginx finds too long ends the page there.
 */
import { ALL_OUT } from '../navigation/addresses.ts'
import { PUBLIC_STATE_FIELDS, type PublicStateField } from '../health/public-state.ts'
import { VERDICT_WORDS } from '../health/verdict-words.ts'
import type { RuntimeContract } from '../schemas/runtime-contract.ts'
import { OUT } from './nginx-switch.ts'

export const LAST_RESORT_PAGE = 'last-resort.html'
export const lastResortFile = `deploy/nginx/${LAST_RESORT_PAGE}`

/** By it the policy lets in the page's one style. Of nginx's own making, and another one for each answer. */
export const NONCE = '$request_id'

/** The lines of the file, each a name of its own. In nginx's SSI a backslash is lost: the end of a line is any control. */
const LINES = PUBLIC_STATE_FIELDS.map((name) => `(?P<${name}>.*)[[:cntrl:]]`).join('')

const STYLE = `:root{color-scheme:light dark;--text:#181d24;--muted:#48525e;--surface:#f4f6f7;--line:#b9c1cb;--notice:#fdf2d8}
@media (prefers-color-scheme:dark){:root{--text:#e7ebf0;--muted:#b0bac5;--surface:#0f1317;--line:#465362;--notice:#2c2412}}
body{margin:0;background:var(--surface);color:var(--text);font:16px/1.5 Inter,'Liberation Sans',Arial,sans-serif}
main{max-width:46rem;margin:0 auto;padding:16px}
.bar,.foot,dt,th{color:var(--muted)}
.notice{background:var(--notice);border:1px solid var(--line);padding:8px 12px}
h1{font-size:1.5rem;line-height:1.25}
h2{font-size:1.1rem;margin-top:24px}
dt{margin-top:8px}
dd{margin:0}
table{border-collapse:collapse}
th,td{text-align:left;padding:4px 24px 4px 0;font-weight:400;font-variant-numeric:tabular-nums}
a{color:inherit}`

export function lastResortPage({ units }: Pick<RuntimeContract, 'units'>): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The agent does not answer: Holdfast, last-resort page</title>
<style nonce="${variable('request_id')}">
${STYLE}
</style>
</head>
<body>
<main>
<p class="bar">Holdfast, last-resort page</p>
${switchNotice()}
<h1>The agent does not answer</h1>
<p>Console and API need it. Target and watchdog are processes of their own: how they are now is not known here.</p>
<p>To get the agent back: <code>systemctl restart ${units.agent}</code>. To act without it, use the <code>holdfast</code> command on the
host: <code>holdfast status</code>, <code>holdfast restart</code>, <code>holdfast killswitch status</code>.</p>
<!--# include virtual="\${holdfast_base}/.holdfast/last-known" set="known" -->
<!--# config timefmt="%Y-%m-%d %H:%M:%S UTC" -->
<!--# if expr="$known = /^${LINES}/" -->
<h2>Last known</h2>
<table>
<tr><th scope="col">This was so at</th><th scope="col">It is now</th></tr>
<tr><td>${field('at')}</td><td>${variable('date_gmt')}</td></tr>
</table>
<p><strong>${field('level')}: ${field('headline')}</strong></p>
<p>${field('detail')}</p>
<dl>
<dt>${VERDICT_WORDS.byItself}</dt>
<dd>${field('by_itself')}</dd>
<dt>${VERDICT_WORDS.nextStep}</dt>
<dd>${field('next_step')}</dd>
</dl>
<!--# else -->
<h2>Nothing is known</h2>
<p>The agent has left no word of an earlier state that can be read. It is now ${variable('date_gmt')}.</p>
<!--# endif -->
<p class="foot">This page does not renew itself. <a href="">Look again</a>.</p>
</main>
</body>
</html>
`
}

/** Looked at by nginx itself, a moment ago. */
function switchNotice(): string {
  const notice = (words: string) =>
    `<p class="notice"><strong>${words}</strong> An operator took it out with the kill switch.</p>`
  return `<!--# if expr="${OUT} = ${ALL_OUT}" -->
${notice('The console is out of service.')}
<!--# elif expr="${OUT}" -->
${notice(`This page of the console (${variable(OUT.slice(1))}) is out of service.`)}
<!--# endif -->`
}

function field(name: PublicStateField): string {
  return variable(name)
}

function variable(name: string): string {
  return `<!--# echo var="${name}" encoding="entity" default="" -->`
}

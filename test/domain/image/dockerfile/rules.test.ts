/** Each fault planted alone into a Dockerfile without one: found by exactly its rule, at its line (IM2, IM3). */
import { expect, test } from 'vitest'
import { judgeDockerfile } from '#domain/image/dockerfile-rules.ts'
import { IMAGE_RULES, type ImageRule } from '#domain/image/rules.ts'

const GOOD = [
  'ARG BASE',
  `FROM build@sha256:${'a'.repeat(64)} AS build`,
  'WORKDIR /src',
  'COPY . .',
  'RUN npm ci && npm run build && apt-get install -y gcc',
  'FROM ${BASE}',
  'COPY --from=build /src/dist /app',
  'ENV NODE_ENV=production',
  'USER 10001:10001',
  'EXPOSE 8787',
  'HEALTHCHECK CMD ["/app/node", "/app/health.mjs"]',
  'ENTRYPOINT ["/app/node", "/app/main.js"]',
  'CMD ["serve"]',
]

type Change = { at: number; lines: string[]; count?: number }
/** In place of the line that begins alike, or, of a new kind, before USER. */
const instead = (begin: string, ...lines: string[]): Change => ({
  at: GOOD.findLastIndex((line) => line.startsWith(begin)),
  lines,
})
const added = (line: string): Change => ({
  at: GOOD.indexOf('USER 10001:10001'),
  lines: [line, 'USER 10001:10001'],
})

function judged({ at, lines, count = 1 }: Change) {
  return judgeDockerfile('Dockerfile', GOOD.toSpliced(at, count, ...lines).join('\n')).findings
}

test('IM3 the one without a fault has none, and a debug stage changes nothing', () => {
  expect(judgeDockerfile('Dockerfile', GOOD.join('\n'))).toEqual({ findings: [], instructions: 13 })
  expect(judged(instead('CMD', 'CMD ["serve"]', 'STOPSIGNAL SIGTERM'))).toEqual([])
  for (const base of ['${BASE}@sha256:', 'node:24@sha256:', 'host:5000/node@sha256:']) {
    expect(judged(instead('FROM ${', `FROM ${base}${'d'.repeat(64)}`)), base).toEqual([])
  }
  expect(judged(instead('ARG', `ARG BASE=node@sha256:${'e'.repeat(64)}`))).toEqual([])
  expect(judged(added('RUN rm -rf /usr/share/doc && apk del --purge apk-tools'))).toEqual([])
})

const PLANTED: [ImageRule, string, Change][] = [
  ['dockerfile_syntax', 'a word that is no instruction', added('INSTALL x')],
  [
    'dockerfile_syntax',
    'a heredoc that is not closed',
    instead('CMD', 'CMD ["serve"]', 'COPY <<EOF /app/x', 'text'),
  ],
  ['base_not_pinned', 'a tag', instead('FROM ${', 'FROM node:24')],
  ['base_not_pinned', 'a tag as the default of an argument', instead('ARG', 'ARG BASE=node:24')],
  ['base_not_pinned', 'an argument for the tag alone', instead('FROM ${', 'FROM node:${BASE}')],
  ['base_not_pinned', 'the build stage', instead('FROM build', 'FROM node:24 AS build')],
  ['base_not_pinned', 'a digest that is too short', instead('FROM ${', 'FROM node@sha256:abc')],
  ['base_not_pinned', 'an image that is copied from', added('COPY --from=busybox:1 /bin/cat /bin/cat')],
  ['user_missing', 'no user', instead('USER')],
  ['user_root', 'root by name', instead('USER', 'USER root')],
  ['user_root', 'root by number', instead('USER', 'USER 0:0')],
  ['user_root', 'root again at the end', instead('CMD', 'CMD ["serve"]', 'USER 0')],
  ['user_root', 'root by a variable', instead('USER', 'ENV WHO=root', 'USER $WHO')],
  ['user_not_numeric', 'a name', instead('USER', 'USER node')],
  ['user_not_numeric', 'a group by name', instead('USER', 'USER 10001:node')],
  ['port_missing', 'no port', instead('EXPOSE')],
  ['port_not_single', 'two ports', instead('EXPOSE', 'EXPOSE 8787 9229')],
  ['port_not_single', 'a privileged port', instead('EXPOSE', 'EXPOSE 80')],
  ['port_not_single', 'a range', instead('EXPOSE', 'EXPOSE 8000-8010')],
  ['port_not_single', 'datagrams', instead('EXPOSE', 'EXPOSE 8125/udp')],
  ['healthcheck_missing', 'none', instead('HEALTHCHECK')],
  ['healthcheck_missing', 'NONE', instead('HEALTHCHECK', 'HEALTHCHECK NONE')],
  [
    'healthcheck_foreign_tool',
    'curl',
    instead('HEALTHCHECK', 'HEALTHCHECK CMD ["curl", "-f", "http://localhost"]'),
  ],
  [
    'healthcheck_foreign_tool',
    'a shell',
    instead('HEALTHCHECK', 'HEALTHCHECK --interval=5s CMD node health.mjs || exit 1'),
  ],
  ['entrypoint_missing', 'nothing runs', { at: 11, lines: [], count: 2 }],
  ['entrypoint_in_shell', 'text instead of a list', instead('ENTRYPOINT', 'ENTRYPOINT node main.js')],
  [
    'entrypoint_in_shell',
    'sh -c as a list',
    instead('ENTRYPOINT', 'ENTRYPOINT ["/bin/sh", "-c", "node main.js"]'),
  ],
  ['stop_signal', 'SIGKILL', added('STOPSIGNAL SIGKILL')],
  ['stop_signal', 'SIGQUIT', added('STOPSIGNAL SIGQUIT')],
  [
    'final_stage_installs',
    'a package of no known class',
    added('RUN apt-get update && apt-get install -y tini'),
  ],
  ['final_stage_installs', 'npm ci', added('RUN npm ci --omit=dev')],
  ['final_stage_installs', 'a download', added('RUN curl -fsSL https://example.org/x -o /x')],
  [
    'final_stage_installs',
    'a download in a heredoc',
    instead('USER', 'RUN <<EOF', 'set -e', 'wget https://example.org/x', 'EOF', 'USER 1:1'),
  ],
  ['compiler', 'gcc is installed', added('RUN apk add --no-cache gcc')],
  ['compiler', 'by a list', added('RUN ["apt-get", "install", "g++-12"]')],
  ['vcs_data', 'git is installed', added('RUN apk add git')],
  ['test_framework', 'vitest is installed', added('RUN npm install -g vitest@5.1.0')],
  ['linter', 'eslint runs', added('RUN /app/node_modules/.bin/eslint .')],
  ['build_tool', 'make runs', added('RUN cd /app \\\n && make install')],
  ['copies_context', 'the whole checkout', added('COPY . /app')],
  ['copies_context', 'by a star', added('ADD * /app/')],
  ['remote_add', 'an address', added('ADD https://user:word@example.org/a.tar /app/')],
  ['remote_add', 'a repository', added('ADD git@example.org:a/b.git /app/')],
  ['vcs_data', 'the repository', added('COPY .git /app/.git')],
  ['test_source', 'the tests', added('COPY test /app/test')],
  ['test_source', 'a test', added('COPY src/a.test.ts /app/')],
  ['secret', 'a key by its name', added('COPY id_ed25519 /app/')],
  ['secret', 'a password in ENV', added('ENV DB_PASSWORD=verysecret')],
  [
    'secret',
    'a token in an argument of the build stage',
    instead('WORKDIR', 'ARG NPM_TOKEN=abcdef123', 'WORKDIR /src'),
  ],
  ['secret', 'a token by its form', added(`LABEL note=ghp_${'a1B2'.repeat(9)}`)],
  ['setuid_file', 'chmod u+s', added('RUN chmod u+s /app/node')],
  ['setuid_file', 'COPY --chmod', added('COPY --from=build --chmod=4755 /src/a /app/a')],
]

test.each(PLANTED)('IM3 %s: %s', (rule, _, change) => {
  const findings = judged(change)
  expect(findings.map((one) => one.rule)).toEqual(findings.map(() => rule))
  expect(findings.length).toBeGreaterThan(0)
  for (const { place, mend, message } of findings) {
    expect(place).toMatch(/^Dockerfile:[1-9]\d*$/)
    expect(mend).not.toBe('')
    expect(message).not.toMatch(/verysecret|abcdef123|user:word/)
  }
})

test('IM3 a single stage is told', () => {
  const single = [`FROM a@sha256:${'b'.repeat(64)}`, ...GOOD.slice(7)].join('\n')
  expect(judgeDockerfile('Dockerfile', single).findings).toMatchObject([
    { rule: 'single_stage', place: 'Dockerfile:1' },
  ])
})

test('IM3 what the final stage is made from counts as well, and the place is that of the line', () => {
  const two = GOOD.toSpliced(8, 0, 'RUN apk add curl', 'FROM a@sha256:' + 'c'.repeat(64))
  const derived = GOOD.toSpliced(5, 1, 'FROM ${BASE} AS base', 'RUN apk add nano', 'FROM base')
  expect(judgeDockerfile('d', derived.join('\n')).findings).toMatchObject([
    { rule: 'final_stage_installs', place: 'd:7' },
  ])
  expect(judgeDockerfile('d', two.join('\n')).findings).toEqual([])
})

test('every rule of Dockerfiles is planted', () => {
  const own = Object.entries(IMAGE_RULES)
    .filter(([, { of }]) => of === 'dockerfile')
    .map(([id]) => id)
  expect(own.filter((id) => id !== 'single_stage' && !PLANTED.some(([rule]) => rule === id))).toEqual([])
})

/** The installed file of the proxy, where there is one, against the ports of target and agent (RC3). */
import { notApplicable, notChecked, type CheckItem } from '#domain/contract/check-item.ts'
import { compareNginx, NGINX_SCOPE } from '#domain/contract/compare-nginx.ts'
import { FIELDS } from '#domain/config/fields.ts'
import { NGINX_DIRECTORY } from '#domain/contract/nginx.ts'
import { UNIT_BYTES_LIMIT } from '#domain/contract/unit-file.ts'
import type { Ground } from './ground.ts'
import { shellWord } from '#agent/shell-word.ts'
import { installedUnit, unitEnvironment } from './installed-unit.ts'

/** Where distributions read whole files from. */
const DIRECTORIES = ['/etc/nginx/conf.d', '/etc/nginx/sites-enabled', '/etc/nginx/http.d']
/** By another name it is somebody else's. */
const NAMES = ['holdfast', 'holdfast.conf']
/** What is rendered lies here, and counts where somebody includes it. */
const INCLUDED = new RegExp(String.raw`^\s*include\s+["']?(${NGINX_DIRECTORY}/[\w.-]+\.conf)["']?\s*;`, 'gm')

export function checkNginx(ground: Ground): CheckItem[] {
  const { host, contract, contractFile } = ground
  const files = [...new Set([...ownFiles(host), ...includedFiles(host)])]
  const at = { scope: NGINX_SCOPE, what: 'nginx configuration', against: contractFile }
  if (files.length === 0) {
    const source = NGINX_DIRECTORY
    return [notApplicable({ ...at, source }, 'nginx uses no file of Holdfast')]
  }
  const agent = agentAddress(ground)
  return files.flatMap((file) => {
    const read = host.read(file, UNIT_BYTES_LIMIT)
    if (read.kind !== 'text') {
      return [
        notChecked({ ...at, source: file }, read.kind === 'unreadable' ? read.why : `it is ${read.kind}`),
      ]
    }
    return compareNginx({
      file,
      text: read.text,
      addresses: { target: contract.bind, agent: agent.address },
      against: `${contractFile}: bind; ${agent.source}`,
      mendLine: (line, wrong, good) => {
        const change = `${line}s|${wrong.replaceAll(/[|\\.[\]*^$&]/g, String.raw`\$&`)}|${good}|`
        const reload = host.isThisHost ? ' && nginx -t && nginx -s reload' : ''
        return `sed -i ${shellWord(change)} ${shellWord(host.at(host.real(file)))}${reload}`
      },
    })
  })
}

function ownFiles(host: Ground['host']): string[] {
  return DIRECTORIES.flatMap((directory) => NAMES.map((name) => `${directory}/${name}`)).filter(
    (file) => host.link(file) !== null || host.stat(file) !== null,
  )
}

function includedFiles(host: Ground['host']): string[] {
  const places = DIRECTORIES.flatMap((directory) =>
    host.list(directory).map((name) => `${directory}/${name}`),
  )
  return ['/etc/nginx/nginx.conf', ...places].flatMap((place) => {
    const read = host.read(place, UNIT_BYTES_LIMIT)
    return read.kind === 'text' ? [...read.text.matchAll(INCLUDED)].flatMap(([, file]) => file ?? []) : []
  })
}

/** As its unit starts it. */
function agentAddress({ host, contract }: Ground): { address: string; source: string } {
  const installed = installedUnit(host, contract.units.agent)
  const variables = installed.kind === 'unit' ? unitEnvironment(host, installed.unit).variables : new Map()
  const [name, port] = [FIELDS.host, FIELDS.port].map(({ env, preset }) => {
    const set = variables.get(env)
    return set === undefined
      ? { value: String(preset), source: `${env}’s preset` }
      : { value: set.value, source: `${set.file}:${set.line}` }
  })
  const hostName = name?.value ?? ''
  return {
    address: `${hostName.includes(':') ? `[${hostName}]` : hostName}:${port?.value}`,
    source: port?.source ?? '',
  }
}

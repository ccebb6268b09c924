/**
 * The system packages that the tests drive for real. Each is known by a file it must bring, because a
 * package manager's word is no proof that the program can run here.
 */
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'

const PACKAGES = [
  { name: 'chromium', proof: '/usr/bin/chromium', executable: true },
  { name: 'gunicorn', proof: '/usr/bin/gunicorn', executable: true },
  { name: 'nginx-light', proof: '/usr/sbin/nginx', executable: true },
  {
    name: 'libnginx-mod-http-brotli-static',
    proof: '/usr/lib/nginx/modules/ngx_http_brotli_static_module.so',
  },
  { name: 'systemd', proof: '/lib/systemd/systemd', executable: true },
  { name: 'dbus', proof: '/lib/systemd/system/dbus.service' },
  { name: 'polkitd', proof: '/usr/lib/polkit-1/polkitd', executable: true },
  { name: 'w3m', proof: '/usr/bin/w3m', executable: true },
  { name: 'procps', proof: '/usr/bin/pgrep', executable: true },
  { name: 'prometheus', proof: '/usr/bin/prometheus', executable: true },
  { name: 'python3-numpy', proof: '/usr/lib/python3/dist-packages/numpy/__init__.py' },
  { name: 'fonts-inter', proof: '/usr/share/fonts/opentype/inter' },
  { name: 'fonts-liberation', proof: '/usr/share/fonts/truetype/liberation' },
  { name: 'fonts-noto-color-emoji', proof: '/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf' },
]

export function missingPackages() {
  return PACKAGES.filter(({ proof, executable }) => !isThere(proof, executable)).map(({ name }) => name)
}

/** Installs what is missing, as root on Debian or Ubuntu; elsewhere returns what is missing. */
export function ensureSystemPackages() {
  const missing = missingPackages()
  if (missing.length === 0 || process.getuid?.() !== 0 || !isDebian()) return missing
  console.log(`Installing system packages for the tests: ${missing.join(' ')}`)
  withoutStartingServices(() => {
    apt(['update', '-q'])
    apt(['install', '-y', '-q', '--no-install-recommends', ...missing])
  })
  return missingPackages()
}

function isThere(path, executable) {
  try {
    accessSync(path, executable ? constants.X_OK : constants.R_OK)
    return true
  } catch {
    return false // absent and unreadable are the same here: it can't be used
  }
}

function isDebian() {
  return existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get')
}

function apt(args) {
  const result = spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  if (result.status !== 0) console.error(`apt-get ${args[0]} failed with exit code ${result.status}`)
}

/** Debian starts a service when its package is installed; the tests only want the programs. */
function withoutStartingServices(install) {
  const policy = '/usr/sbin/policy-rc.d'
  const ours = '#!/bin/sh\n# holdfast: installing test tools, no service is to start\nexit 101\n'
  const alreadyThere = existsSync(policy)
  if (!alreadyThere) writeFileSync(policy, ours, { mode: 0o755 })
  try {
    install()
  } finally {
    if (!alreadyThere && existsSync(policy) && readFileSync(policy, 'utf8') === ours) rmSync(policy)
  }
}

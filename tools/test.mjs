/** `npm test`: sets up what the tests need, runs all of them, and ends with `N passed, N failed`. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BESIDE, CHECKS, runChecks } from './check.mjs'
import { ensureAgent, ensureConsole, ensureDependencies, orExplain, pinnedNode, root } from './ensure.mjs'
import { ensureSystemPackages } from './system-packages.mjs'

const missing = ensureSystemPackages()
if (missing.length > 0) {
  console.error('These system packages are needed by the tests and are not here:')
  for (const name of missing) console.error(`  ${name}`)
  console.error(`On Debian or Ubuntu, as root: apt-get install --no-install-recommends ${missing.join(' ')}`)
  finish({ passed: 0, failed: missing.length })
} else {
  orExplain(() => {
    ensureDependencies()
    ensureConsole()
    ensureAgent()
  })
  // Tests wait for processes much of their time: the checks take what they leave.
  const [failedChecks, tests] = await Promise.all([runChecks(BESIDE), runVitest()])
  if (failedChecks.length > 0) console.error(`✗ checks that failed: ${failedChecks.join(', ')}`)
  finish({
    passed: CHECKS.length - failedChecks.length + tests.passed,
    failed: failedChecks.length + tests.failed,
  })
}

function finish({ passed, failed }) {
  console.log(`${passed} passed, ${failed} failed`)
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1
}

/** A test that did not run counts as failed: nothing is skipped silently. */
async function runVitest() {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-test-'))
  const report = join(directory, 'report.json')
  try {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs')
    const args = [
      'run',
      '--config',
      'test/vitest.config.ts',
      '--reporter=default',
      '--reporter=json',
      `--outputFile=${report}`,
    ]
    const run = spawn(pinnedNode, [vitest, ...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, PATH: `${root}/node_modules/.bin:${process.env.PATH}` },
    })
    const [exitCode] = await once(run, 'close')
    return countTests(JSON.parse(readFileSync(report, 'utf8')), exitCode)
  } catch (error) {
    console.error(`The test run left no report: ${error.message}`)
    return { passed: 0, failed: 1 }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function countTests(report, exitCode) {
  const passed = report.numPassedTests
  const notPassed = report.numTotalTests - passed
  const emptyFiles = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  )
  const failed = notPassed + emptyFiles.length
  for (const file of emptyFiles) console.error(`did not load: ${file.name}`)
  // An error outside any test (an unhandled rejection, say) fails the run without failing a test.
  return { passed, failed: failed === 0 && exitCode !== 0 ? 1 : failed }
}

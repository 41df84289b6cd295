// One readable list of all checks, the same here and in CI. `npm test -- unit` runs only those named.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { requireBrowser, whyNoBrowser } from './browser/requirements.ts'
import { requireHosts, whyNoHosts } from './hosts/requirements.ts'
import type { Report } from './support/report.ts'

const root = join(import.meta.dirname, '..')
const reports = mkdtempSync(join(tmpdir(), 'innkeeper-reports-'))
const ci = process.env.CI === 'true'
const total = { passed: 0, failed: 0 }

interface Check {
  name: string
  /** why it cannot run on this machine */
  obstacle?: () => string | undefined
  prepare?: () => Promise<void>
  run: () => boolean
}

const checks: Check[] = [
  { name: 'types', run: () => command('npm', ['run', '--silent', 'types']) },
  { name: 'lint', run: () => command('npx', ['biome', 'ci', '.']) },
  { name: 'unit', run: () => vitest('unit') },
  { name: 'host', obstacle: whyNoHosts, prepare: requireHosts, run: () => vitest('host') },
  {
    name: 'browser',
    // The whole story is told on a real host.
    obstacle: () => whyNoBrowser() ?? whyNoHosts(),
    prepare: async () => {
      await requireBrowser()
      await requireHosts()
    },
    run: () => vitest('browser'),
  },
]

const wanted = process.argv.slice(2)
const failed: string[] = []
const leftOut: string[] = []
/** For the end, where somebody looks who has thousands of lines above. */
const complaints: string[] = []

for (const { name, obstacle, prepare, run } of checks) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  console.log(`\n── ${name} ──`)
  const started = performance.now()
  const missing = obstacle?.()
  if (missing) {
    console.log(`left out: ${missing}`)
    leftOut.push(`${name} (${missing})`)
  } else {
    await prepare?.()
    if (!run()) failed.push(name)
  }
  console.log(`${name}: ${((performance.now() - started) / 1000).toFixed(1)} s`)
}

rmSync(reports, { recursive: true, force: true })
console.log()
if (leftOut.length > 0) console.log(`Left out: ${leftOut.join(', ')}`)
for (const complaint of complaints) console.log(complaint)
if (failed.length > 0) console.log(`Failed: ${failed.join(', ')}`)
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exitCode = failed.length > 0 || (ci && leftOut.length > 0) ? 1 : 0

function command(name: string, args: string[], env = process.env): boolean {
  return spawnSync(name, args, { cwd: root, stdio: 'inherit', env }).status === 0
}

function vitest(project: string): boolean {
  const report = join(reports, `${project}.json`)
  const good = command(
    'npx',
    [
      ...['vitest', 'run', '--config', 'test/vitest.config.ts', '--project', project],
      ...['--reporter=default', '--reporter=./test/support/report.ts'],
      ...(ci ? ['--allowOnly=false'] : []),
    ],
    { ...process.env, INNKEEPER_REPORT: report },
  )
  try {
    const said: Report = JSON.parse(readFileSync(report, 'utf8'))
    total.passed += said.passed
    total.failed += said.failed
    complaints.push(...said.complaints)
    return good && said.skipped === 0
  } catch {
    complaints.push(`× ${project}: ended before it could say what failed\n`)
    return false
  }
}

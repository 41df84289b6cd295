import { rmSync, symlinkSync } from 'node:fs'
import { remedy } from '../../contract/said.ts'
import type { Batch } from '../batch.ts'
import { at, type Environment } from '../environment.ts'
import { drop, exists, list, put, read } from '../files.ts'
import { clearDirty, isDirty } from '../marks.ts'
import { each, isLive, isOpen, noted, type Task, together } from '../task.ts'
import { trouble } from '../trouble.ts'
import { poolText } from './php-pool.ts'
import { phpInstance, phpSocket, remedyFor, servedVersion } from './php-version.ts'

const FOLDER = '/etc/innkeeper/php'
const AT_BOOT = '/etc/systemd/system/sockets.target.wants'

/** The PHP-FPM of one task in one version. */
interface Instance {
  task: Task
  unit: string
}

interface Wanted extends Instance {
  version: string
  text: string
  listens: boolean
}

/**
 * One PHP-FPM per subscription and version, started by systemd at the first request: a reload of a
 * shared one would cut off other customers' requests (agent.md 3.2). A suspended subscription keeps
 * its own, since nginx answers before PHP is asked.
 */
export async function applyPhp(batch: Batch): Promise<void> {
  const { env } = batch
  const wanted = await findWanted(batch)
  await test(
    batch,
    wanted.filter((one) => !one.listens || differs(env, one)),
  )
  await each([...new Set(wanted.map(({ task }) => task))], (task) => {
    for (const one of wanted) if (one.task === task && write(env, one)) noted(task, 'php')
  })
  const start = wanted.filter(({ listens }) => !listens)
  const restart = wanted.filter((one) => one.listens && isDirty(env, markOf(one)))
  await during(batch, 'Start PHP', start, env.system.startSockets)
  await during(batch, 'Restart PHP', restart, env.system.restartServices)
  for (const instance of [...start, ...restart].filter(({ task }) => isOpen(task))) {
    noted(instance.task, 'php')
    clearDirty(env, markOf(instance))
  }
}

async function findWanted(batch: Batch): Promise<Wanted[]> {
  const { env } = batch
  const listening = env.system.listening()
  const found: Wanted[] = []
  await each(batch.tasks.filter(isLive), (task) => {
    const { name } = task.document.user
    tellShortfalls(batch, task)
    for (const version of servedVersions(task, batch.abilities.php)) {
      const text = poolText(name, version, task.document.phpSettings)
      const listens = listening.has(phpSocket(name, version))
      found.push({ task, unit: phpInstance(name, version), version, text, listens })
    }
  })
  return found
}

/** Before anything is written: what PHP would not start with, whoever wrote it, changes nothing (F-155). */
async function test({ env, step }: Batch, wanted: Wanted[]): Promise<void> {
  for (const version of new Set(wanted.map((one) => one.version))) {
    const some = wanted.filter((one) => one.version === version)
    const tasks = some.map(({ task }) => task)
    await together(tasks, () =>
      step('Test PHP', async () => {
        const pools = some.map(({ text }) => text)
        const said = await env.system.phpTrouble(version, pools)
        if (said) throw trouble('phpGoesOn', { trouble: said })
      }),
    )
  }
}

/**
 * Ends what is not wanted any more. Of a removed subscription at once; of a living one only after the
 * web server asks the new one, and the requests it has may end.
 */
export async function retirePhp(batch: Batch, which: (task: Task) => boolean): Promise<void> {
  const { env, abilities } = batch
  const present = list(env, FOLDER)
  const stop: Instance[] = []
  await each(batch.tasks.filter(which), (task) => {
    const { name } = task.document.user
    const wanted = servedVersions(task, abilities.php).map((version) => phpInstance(name, version))
    const unwanted = unitsOf(present, name).filter((unit) => !wanted.includes(unit))
    stop.push(...unwanted.map((unit) => ({ task, unit })))
  })
  const removed = stop.filter(({ task }) => task.document.state === 'removed')
  const retired = stop.filter(({ task }) => task.document.state !== 'removed')
  await during(batch, 'Stop PHP', removed, env.system.killUnits)
  await during(batch, 'Stop PHP', retired, env.system.retireUnits)
  // after its end, so that what was not stopped is found again
  for (const instance of stop.filter(({ task }) => isOpen(task))) {
    noted(instance.task, 'php')
    rmSync(at(env, linkOf(instance)), { force: true })
    drop(env, confOf(instance))
    clearDirty(env, markOf(instance))
  }
}

function servedVersions({ document }: Task, installed: string[]): string[] {
  if (document.state === 'removed') return []
  const served = document.sites.map((site) => servedVersion(site.php, installed))
  return [...new Set(served)].filter((version) => version !== null)
}

function tellShortfalls({ env, abilities }: Batch, { document, result }: Task): void {
  if (document.state === 'removed') return
  const installed = abilities.php
  const debian = read(env, '/etc/debian_version')?.trim() ?? ''
  for (const wanted of new Set(document.sites.map((site) => site.php))) {
    const served = servedVersion(wanted, installed)
    if (wanted === null || served === wanted) continue
    const told = remedyFor(wanted, installed, debian)
    const available = served ?? 'none'
    result.shortfalls.push({ property: 'phpVersion', wanted, available, ...remedy(told) })
  }
}

const differs = (env: Environment, one: Wanted): boolean =>
  read(env, confOf(one)) !== one.text || isDirty(env, markOf(one))

function write(env: Environment, one: Wanted): boolean {
  // FPM reads it as the customer
  const gid = one.task.document.user.uid
  const changed = put(env, confOf(one), one.text, { mark: markOf(one), mode: 0o640, gid })
  if (exists(env, linkOf(one))) return changed
  symlinkSync('/etc/systemd/system/innkeeper-php@.socket', at(env, linkOf(one)))
  return true
}

async function during(
  batch: Batch,
  step: string,
  instances: Instance[],
  work: (units: string[]) => Promise<void>,
): Promise<void> {
  const open = instances.filter(({ task }) => isOpen(task))
  if (open.length === 0) return
  const units = open.map(({ unit }) => unit)
  const tasks = open.map(({ task }) => task)
  await together(tasks, () => batch.step(step, () => work(units)))
}

/** Those of a customer; also one whose settings were only begun when the agent was killed. */
function unitsOf(present: string[], name: string): string[] {
  const pattern = new RegExp(`^\\.?([0-9.]+-${name})\\.conf(?:\\.new)?$`)
  return [...new Set(present.flatMap((file) => pattern.exec(file)?.[1] ?? []))]
}

const confOf = ({ unit }: Instance): string => `${FOLDER}/${unit}.conf`
const linkOf = ({ unit }: Instance): string => `${AT_BOOT}/innkeeper-php@${unit}.socket`
const markOf = ({ unit }: Instance): string => `php-${unit}`

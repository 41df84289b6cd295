import { rmSync, symlinkSync } from 'node:fs'
import type { Batch } from '../batch.ts'
import { at, type Environment } from '../environment.ts'
import { drop, exists, list, put } from '../files.ts'
import { clearDirty, isDirty } from '../marks.ts'
import { each, isLive, isOpen, noted, type Task, together } from '../task.ts'
import { poolText } from './php-pool.ts'
import { phpInstance, phpSocket, servedVersion } from './php-version.ts'

const FOLDER = '/etc/innkeeper/php'
const AT_BOOT = '/etc/systemd/system/sockets.target.wants'

/** The PHP-FPM of one task in one version. */
interface Instance {
  task: Task
  unit: string
}

/**
 * One PHP-FPM per subscription and version, started by systemd at the first request: a reload of a
 * shared one would cut off other customers' requests (agent.md 3.2). A suspended subscription keeps
 * its own, since nginx answers before PHP is asked.
 */
export async function applyPhp(batch: Batch): Promise<void> {
  const { env } = batch
  const listening = env.system.listening()
  const present = list(env, FOLDER)
  const start: Instance[] = []
  const restart: Instance[] = []
  const stop: Instance[] = []

  await each(batch.tasks, (task) => {
    const { name } = task.document.user
    const wanted = wantedVersions(task, batch.abilities.php)
    for (const version of wanted) {
      const instance = { task, unit: phpInstance(name, version) }
      if (write(env, instance, poolText(name, version))) noted(task, 'php')
      if (!listening.has(phpSocket(name, version))) start.push(instance)
      else if (isDirty(env, markOf(instance))) restart.push(instance)
    }
    const units = wanted.map((version) => phpInstance(name, version))
    for (const unit of unitsOf(present, name)) if (!units.includes(unit)) stop.push({ task, unit })
  })

  await during(batch, 'Start PHP', start, env.system.startSockets)
  await during(batch, 'Restart PHP', restart, env.system.restartServices)
  for (const instance of [...start, ...restart]) settle(env, instance)
  await during(batch, 'Stop PHP', stop, env.system.stopUnits)
  for (const instance of stop) forget(env, instance)
}

function wantedVersions(task: Task, installed: string[]): string[] {
  if (!isLive(task)) return []
  const served = new Set<string>()
  for (const wanted of new Set(task.document.sites.map((site) => site.php))) {
    const version = servedVersion(wanted, installed)
    if (version) served.add(version)
    if (wanted && version !== wanted)
      task.result.shortfalls.push({
        property: 'phpVersion',
        wanted,
        available: version ?? 'none',
        remedy: `install php${wanted}-fpm`,
      })
  }
  return [...served]
}

function write(env: Environment, instance: Instance, text: string): boolean {
  const changed = put(env, confOf(instance), text, { mark: markOf(instance) })
  if (exists(env, linkOf(instance))) return changed
  symlinkSync('/etc/systemd/system/innkeeper-php@.socket', at(env, linkOf(instance)))
  return true
}

/** What it was started with is what is on disk. */
function settle(env: Environment, instance: Instance): void {
  if (!isOpen(instance.task)) return
  noted(instance.task, 'php')
  clearDirty(env, markOf(instance))
}

/** After its end, so that what was not stopped is found again. */
function forget(env: Environment, instance: Instance): void {
  if (!isOpen(instance.task)) return
  noted(instance.task, 'php')
  rmSync(at(env, linkOf(instance)), { force: true })
  drop(env, confOf(instance))
  clearDirty(env, markOf(instance))
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

const unitsOf = (present: string[], name: string): string[] =>
  present
    .filter((file) => file.endsWith(`-${name}.conf`))
    .map((file) => file.slice(0, -'.conf'.length))

const confOf = ({ unit }: Instance): string => `${FOLDER}/${unit}.conf`
const linkOf = ({ unit }: Instance): string => `${AT_BOOT}/innkeeper-php@${unit}.socket`
const markOf = ({ unit }: Instance): string => `php-${unit}`

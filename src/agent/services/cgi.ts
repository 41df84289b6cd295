import { rmSync, symlinkSync } from 'node:fs'
import type { Batch } from '../batch.ts'
import { at, type Environment } from '../environment.ts'
import { exists } from '../files.ts'
import { each, isLive, isOpen, noted, type Task, together } from '../task.ts'

export const CGI_SOCKET_UNIT = '/etc/systemd/system/innkeeper-cgi@.socket'
const AT_BOOT = '/etc/systemd/system/sockets.target.wants'

/** Perl and other CGI programs run by fcgiwrap, as the customer from its start on. */
export const cgiSocket = (name: string): string => `/run/innkeeper/cgi/${name}.sock`

export const canRunPrograms = (env: Environment): boolean =>
  ['/usr/sbin/fcgiwrap', '/usr/bin/perl', CGI_SOCKET_UNIT].every((path) => exists(env, path))

/** One fcgiwrap per subscription, started by systemd at the first request, as with PHP. */
export async function applyCgi(batch: Batch): Promise<void> {
  const { env } = batch
  const listening = env.system.listening()
  const start: Task[] = []
  await each(
    batch.tasks.filter((task) => runsPrograms(task, batch)),
    (task) => {
      if (!exists(env, linkOf(task))) symlinkSync(CGI_SOCKET_UNIT, at(env, linkOf(task)))
      else if (listening.has(cgiSocket(task.document.user.name))) return
      noted(task, 'cgi')
      start.push(task)
    },
  )
  await during(batch, 'Start CGI', start, () => env.system.startUnits(start.map(socketOf)))
}

/** After the web server asks it no more. */
export async function retireCgi(batch: Batch): Promise<void> {
  const { env } = batch
  const stop: Task[] = []
  await each(batch.tasks, (task) => {
    if (!runsPrograms(task, batch) && exists(env, linkOf(task))) stop.push(task)
  })
  const units = stop.flatMap((task) => [socketOf(task), serviceOf(task)])
  await during(batch, 'Stop CGI', stop, () => env.system.stopUnits(units))
  // after its end, so that what was not stopped is found again
  for (const task of stop.filter(isOpen)) {
    noted(task, 'cgi')
    rmSync(at(env, linkOf(task)), { force: true })
  }
}

function runsPrograms(task: Task, { abilities }: Batch): boolean {
  if (!isLive(task) || !abilities.runsPrograms) return false
  const { promised } = task.document
  return promised !== undefined && (promised.perl || promised.cgi)
}

async function during(batch: Batch, step: string, tasks: Task[], work: () => Promise<void>) {
  if (tasks.length > 0) await together(tasks, () => batch.step(step, work))
}

const socketOf = ({ document }: Task): string => `innkeeper-cgi@${document.user.name}.socket`
const serviceOf = ({ document }: Task): string => `innkeeper-cgi@${document.user.name}.service`
const linkOf = (task: Task): string => `${AT_BOOT}/${socketOf(task)}`

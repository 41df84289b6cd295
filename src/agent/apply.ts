import type { Document } from '../contract/document.ts'
import type { Result } from '../contract/messages.ts'
import { type Batch, openBatch, type Report, since } from './batch.ts'
import type { Environment } from './environment.ts'
import { readPasswd } from './passwd.ts'
import { writeRecord } from './records.ts'
import { refuse } from './refusal.ts'
import { applyCgi, retireCgi } from './services/cgi.ts'
import { applyDatabases } from './services/databases.ts'
import { applyDiskLimits, removeDiskLimits } from './services/disk-limits.ts'
import { applyFtp, makeFtpFolders } from './services/ftp.ts'
import { applyHomes, makeSiteFolders, removeHomes } from './services/home.ts'
import { applyMail } from './services/mail.ts'
import { applyPhp, retirePhp } from './services/php.ts'
import { endProcesses } from './services/processes.ts'
import { tellBrokenPromises } from './services/promises.ts'
import { applyShellLimits } from './services/shell-limits.ts'
import { applySshAccess } from './services/ssh-access.ts'
import { applySshKeys } from './services/ssh-keys.ts'
import { applyUsers, removeUsers } from './services/system-user.ts'
import { applyWeb } from './services/web.ts'
import { subscriptionFacts } from './subscription-facts.ts'
import { each, fail, failure, isLive, isOpen, isRemoved, together } from './task.ts'

export type Outcome = Omit<Result, 'type' | 'id'>

/**
 * Makes the host match the documents. May be killed at any moment and repeated at any time: the next
 * run finds what is done and does the rest. Never throws; what went wrong stands in the outcome.
 */
export async function apply(
  env: Environment,
  documents: Document[],
  report: Report,
): Promise<Outcome> {
  const started = performance.now()
  const batch = openBatch(env, documents, report)
  try {
    const waiting = performance.now()
    await env.system.exclusive(async () => {
      report({ step: 'Lock', ms: since(waiting), ok: true })
      await carryOut(batch)
    })
  } catch (error) {
    batch.errors.push(failure(error))
    for (const task of batch.tasks) if (task.result.ok) fail(task, error)
  }
  batch.reportFailures()
  const subscriptions = batch.tasks.map((task) => task.result)
  return {
    ok: batch.errors.length === 0 && subscriptions.every((result) => result.ok),
    subscriptions,
    errors: batch.errors,
    reloaded: [...batch.reloaded],
    ms: since(started),
  }
}

async function carryOut(batch: Batch): Promise<void> {
  const { env, tasks } = batch
  const passwd = readPasswd(env)
  await batch.step('Check', () => refuse(env, tasks, passwd))
  await batch.step('Record', () => each(tasks, (task) => writeRecord(env, task.document)))

  // side by side: nginx takes 100 ms to change over, and a vhost needs neither user nor folder
  await Promise.all([
    together(tasks, () => applyWeb(batch)),
    together(tasks, () => applyDatabases(batch)),
    together(tasks, () => applyMail(batch)),
    together(tasks, async () => {
      await applySshAccess(batch)
      await applySshKeys(batch)
      await applyShellLimits(batch)
      await applyUsers(batch, passwd)
      await applyDiskLimits(batch)
      await applyHomes(batch, passwd)
      await applyFtp(batch)
      await applyPhp(batch)
      await applyCgi(batch)
      await retirePhp(batch, isRemoved)
      await makeSiteFolders(batch, passwd)
      await makeFtpFolders(batch)
    }),
  ])
  await together(tasks, () => retirePhp(batch, isLive))
  await retireCgi(batch)
  await endProcesses(batch, passwd)
  await removeHomes(batch)
  await removeDiskLimits(batch)
  await removeUsers(batch)
  await tellBrokenPromises(batch)
  await each(tasks.filter(isOpen), (task) => {
    task.result.facts = subscriptionFacts(batch.env, task.document, batch.abilities)
  })
}

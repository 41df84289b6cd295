import type { Document, LiveDocument, RemovedDocument } from '../contract/document.ts'
import type { ErrorCode, Failure, SubscriptionResult } from '../contract/messages.ts'
import type { Told } from '../contract/said.ts'
import { clip } from './clip.ts'
import { saidBy } from './trouble.ts'

/** One document on its way through the services, and what becomes of it. */
export interface Task<D extends Document = Document> {
  document: D
  result: SubscriptionResult
  /** Not to be touched: refused, or to be removed while what has its name is somebody else's. */
  closed: boolean
  /** What its errors say, with all that failed commands printed. */
  failures: unknown[]
}

export function openTask(document: Document): Task {
  const { id, generation } = document
  const result = { id, generation, ok: true, changed: [], errors: [], shortfalls: [], facts: null }
  return { document, result, closed: false, failures: [] }
}

/** Works on one task after the other; a failing one is marked and left out from then on. */
export async function each<T extends Task>(tasks: T[], work: (task: T) => unknown): Promise<void> {
  for (const [index, task] of tasks.entries()) {
    // the sandbox runs inside the panel, which has other things to do
    if (index % 10 === 9) await new Promise(setImmediate)
    if (!isOpen(task)) continue
    try {
      await work(task)
    } catch (error) {
      fail(task, error)
    }
  }
}

/** Does something for several tasks at once; when it fails, it fails for all of them. */
export async function together(tasks: Task[], work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    for (const task of new Set(tasks)) fail(task, error)
  }
}

export const noted = (task: Task, what: string): void => {
  if (!task.result.changed.includes(what)) task.result.changed.push(what)
}

export function fail(task: Task, error: unknown, code: ErrorCode = 'failed'): void {
  task.result.ok = false
  task.failures.push(error)
  task.result.errors.push(failure(error, code))
}

export function failure(error: unknown, code: ErrorCode = 'failed'): Failure {
  const said = saidBy(error)
  return { code, text: clip(textOf(error)), ...(said ? { said } : {}) }
}

function textOf(error: unknown): string {
  if (error instanceof Error) return error.message
  return saidBy(error) ? (error as Told).text : String(error)
}

/** Still to be worked on. */
export const isOpen = (task: Task): boolean => task.result.ok && !task.closed

export const isLive = (task: Task): task is Task<LiveDocument> =>
  isOpen(task) && task.document.state !== 'removed'

export const isRemoved = (task: Task): task is Task<RemovedDocument> =>
  isOpen(task) && task.document.state === 'removed'

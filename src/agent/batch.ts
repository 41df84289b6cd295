import type { Document } from '../contract/document.ts'
import type { Failure, Step } from '../contract/messages.ts'
import { type Abilities, readAbilities } from './abilities.ts'
import { clip } from './clip.ts'
import type { Environment } from './environment.ts'
import { CommandFailed } from './run.ts'
import { openTask, type Task } from './task.ts'

/** All documents of one request: services work on all of them at once and reload once. */
export interface Batch {
  env: Environment
  tasks: Task[]
  abilities: Abilities
  reloaded: Set<string>
  errors: Failure[]
  /** Runs one named part of the work and reports it at its end. */
  step<T>(name: string, work: () => T | Promise<T>): Promise<T>
  /** Reports commands that failed for one subscription within a step that went on with the others. */
  reportFailures(): void
}

export type Report = (step: Omit<Step, 'type' | 'id'>) => void

export function openBatch(env: Environment, documents: Document[], report: Report): Batch {
  const tasks = documents.map(openTask)
  const reported = new Set<unknown>()
  const step: Batch['step'] = async (name, work) => {
    const started = performance.now()
    try {
      const outcome = await work()
      report({ step: name, ms: since(started), ok: true })
      return outcome
    } catch (error) {
      reported.add(error)
      report({ step: name, ms: since(started), ok: false, output: outputOf(error) })
      throw error
    }
  }
  const reportFailures = () => {
    for (const { document, failures } of tasks)
      for (const error of failures)
        if (error instanceof CommandFailed && !reported.has(error)) {
          const output = outputOf(error)
          report({
            step: error.program,
            ms: error.ms,
            ok: false,
            subscription: document.id,
            output,
          })
        }
  }
  const abilities = readAbilities(env)
  return { env, tasks, abilities, reloaded: new Set(), errors: [], step, reportFailures }
}

/** Milliseconds to a tenth. */
export const since = (started: number): number =>
  Math.round((performance.now() - started) * 10) / 10

function outputOf(error: unknown): string {
  if (error instanceof CommandFailed) return clip(error.output)
  return clip(error instanceof Error ? error.message : String(error))
}

import { SetupResult } from '../../contract/setup.ts'
import { type Stage, stages } from '../preparation.ts'
import { oneLine, parsePlain } from './host-text.ts'
import type { Outcome, RootShell } from './hosts.ts'

/** Trying again would not help before a person has changed something. */
export class PreparationFailed extends Error {
  readonly reason: string
  readonly detail: string

  constructor(reason: string, detail: string) {
    super(`${reason} ${detail}`)
    this.name = 'PreparationFailed'
    this.reason = reason
    this.detail = detail
  }
}

/** Carries out one stage and reports it, well or not. */
export type Watch = (name: string, work: () => Promise<Outcome>) => Promise<Outcome>

/**
 * From a bare Debian to one with an agent. Each stage finishes what a killed one left half done.
 *
 * @throws {PreparationFailed} with the host's own words
 */
export async function prepare(shell: RootShell, watch: Watch) {
  for (const stage of stages) await carryOut(shell, stage, watch)

  const { code, output } = await watch('Install the agent', () => shell.setUp())
  if (code !== 0) throw new PreparationFailed('The agent cannot be installed:', whySetUp(output))
}

async function carryOut(shell: RootShell, { name, script, seconds, failure }: Stage, watch: Watch) {
  const { code, output } = await watch(name, () => shell.run(script, { seconds }))
  if (code !== 0) throw new PreparationFailed(failure, inShort(output))
}

/** Notices of the day may stand around the agent's answer. */
function whySetUp(output: string): string {
  const answers = output.split('\n').map((line) => SetupResult.safeParse(parsePlain(line)))
  return answers.findLast(({ success }) => success)?.data?.error ?? inShort(output)
}

/** What apt calls an error, else the end. */
function inShort(output: string): string {
  const lines = output.trim().split('\n')
  const errors = lines.filter((line) => line.startsWith('E: '))
  return oneLine((errors.length > 0 ? errors.slice(0, 3) : lines.slice(-3)).join(' '), 500)
}

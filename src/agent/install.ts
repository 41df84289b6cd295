import { setTimeout as sleep } from 'node:timers/promises'
import type { Installable } from '../contract/installable.ts'
import type { Installed } from '../contract/messages.ts'
import { readAbilities } from './abilities.ts'
import { type Report, since } from './batch.ts'
import { clip } from './clip.ts'
import type { Environment } from './environment.ts'
import { hostFacts } from './host-facts.ts'
import { type Recipe, recipes } from './recipes.ts'
import { CommandFailed } from './run.ts'
import type { StepOf } from './system.ts'

export type Installation = Omit<Installed, 'type' | 'id'>

/** What was started may take so long to listen. */
const PATIENCE_MS = 30_000
/** apt says the most important at its end. */
const LAST_WORDS = 3000

/**
 * Adds to the host what a feature needs. May be killed at any moment and repeated at any time. Does
 * not hold the host's lock: it may take minutes, and customers do not wait for it.
 */
export async function install(
  env: Environment,
  feature: Installable,
  report: Report,
): Promise<Installation> {
  const recipe = recipes[feature]
  try {
    await follow(env, recipe, reporting(report))
    const works = await untilWorks(env, recipe)
    return { error: works ? null : recipe.otherwise, facts: hostFacts(env) }
  } catch (error) {
    return {
      error: clip(error instanceof Error ? error.message : String(error)),
      facts: hostFacts(env),
    }
  }
}

async function follow(env: Environment, recipe: Recipe, step: StepOf): Promise<void> {
  const { system } = env
  await step('Configuration', async () => {
    recipe.prepare?.(env)
    return ''
  })
  await system.installPackages(recipe.packages, step).catch(async (error: Error) => {
    // dpkg starts what it brings, and says only that it could not
    const trouble = recipe.service && (await system.troubleWith(recipe.service))
    throw trouble ? new Error(`${trouble} (${error.message})`) : error
  })
  await step('Set up', async () => {
    await recipe.finish?.(env)
    return ''
  })
  await step('Start services', async () => {
    await system.enableUnits(recipe.units ?? [])
    return ''
  })
}

async function untilWorks(env: Environment, { works }: Recipe): Promise<boolean> {
  const started = performance.now()
  while (!works(readAbilities(env))) {
    if (performance.now() - started > PATIENCE_MS) return false
    await sleep(200)
  }
  return true
}

const reporting =
  (report: Report): StepOf =>
  async (step, work) => {
    const started = performance.now()
    const tell = (ok: boolean, output: string) =>
      report({ step, ms: since(started), ok, output: clip(output.slice(-LAST_WORDS)) })
    try {
      tell(true, await work())
    } catch (error) {
      tell(false, error instanceof CommandFailed ? error.output : String(error))
      throw error
    }
  }

import { expect } from 'vitest'
import { Installed } from '../../src/contract/messages.ts'
import type { Line } from './line.ts'

export const install = async (line: Line, feature: string) =>
  Installed.parse(await line.ask({ type: 'install', feature }))

/** Installs what is not there, so that each test may ask for what it needs. */
export async function withInstalled(line: Line, ...features: string[]) {
  const told = await line.ask({ type: 'facts' })
  const there = told?.type === 'facts' ? told.facts.provides : []
  for (const feature of features.filter((one) => !there.includes(one)))
    expect(await install(line, feature)).toMatchObject({ error: null })
}

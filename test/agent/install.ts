import { expect } from 'vitest'
import { Installed } from '../../src/contract/messages.ts'
import type { Line } from './line.ts'

export const install = async (line: Line, feature: string) =>
  Installed.parse(await line.ask({ type: 'install', feature }))

/** Also what the packages alone provide: they may have started with Debian's settings. */
export async function installAll(line: Line, ...features: string[]) {
  for (const feature of features)
    expect(await install(line, feature)).toMatchObject({ error: null })
}

export async function provided(line: Line): Promise<string[]> {
  const told = await line.ask({ type: 'facts' })
  return told?.type === 'facts' ? told.facts.provides : []
}

import { systemSettings } from '../settings/reading.ts'
import type { C } from './env.ts'
import { ownOrigin } from './same-origin.ts'

/**
 * What links in mails begin with, or null when nobody has said it. Of a stranger's request its Host
 * header counts only where it names this machine: who writes another there would have people's links
 * lead to a place of their own.
 */
export async function panelAddress(c: C): Promise<string | null> {
  const { baseAddress } = await systemSettings(c.get('db'))
  const said = baseAddress ?? c.get('settings').publicOrigin
  if (said) return said.replace(/\/+$/, '')
  const origin = ownOrigin(c)
  return c.get('session') || isLocal(new URL(origin).hostname) ? origin : null
}

/** For who is signed in: their own browser says where the panel is, when nobody else has. */
export async function requirePanelAddress(c: C): Promise<string> {
  return (await panelAddress(c)) ?? ownOrigin(c)
}

const isLocal = (name: string) =>
  name === 'localhost' || name === '[::1]' || name.startsWith('127.')

import * as z from 'zod/mini'

/**
 * What an agent knows how to add to its host: the panel names the feature, never a package, and so
 * cannot be made to install anything else.
 */
export const Installable = z.enum([
  ...['perl', 'cgi', 'virusScan', 'ftp', 'mysql', 'php8.2', 'php8.4'],
  ...['mail', 'imap', 'pop3', 'mailingLists'],
] as const)
export type Installable = z.infer<typeof Installable>

/** Debian brings one PHP with each release, and no other. */
const debianOf: Partial<Record<Installable, string>> = { 'php8.2': '12', 'php8.4': '13' }

/** Whether the Debian of a host (`12.11`) has the packages for it. */
export function canInstall(feature: string, debian: string): feature is Installable {
  const { success, data } = Installable.safeParse(feature)
  if (!success) return false
  const needed = debianOf[data]
  return needed === undefined || needed === debian.split('.')[0]
}

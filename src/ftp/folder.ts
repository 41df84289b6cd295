import { FtpFolder } from '../contract/ftp.ts'
import { Invalid } from '../errors.ts'

/**
 * Below the home, as it is typed: with or without a slash at either end. Empty is all of the home.
 *
 * @throws {Invalid} at `folder`
 */
export function ftpFolder(typed: string): string {
  const folder = typed.replace(/^\/+/, '').replace(/\/+$/, '')
  if (FtpFolder.safeParse(folder).success) return folder
  throw new Invalid(
    'folder',
    'A folder below the home: letters, digits, dots, hyphens and underscores, with / between folders.',
  )
}

import { must } from './command.ts'

/** Removes a folder with all in it, but never what some leftover mount shows of another one. */
export async function removeFolder(path: string) {
  await must(['rm', '--recursive', '--force', '--one-file-system', path])
}

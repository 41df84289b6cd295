import { lstatSync, type Stats } from 'node:fs'
import { must, run } from '../run.ts'
import type { System } from '../system.ts'

const TIMEOUT_MS = 10_000
const MEASURING_MS = 10 * 60_000

/** Runs as the customer, so that a link of his leads nowhere that he could not go himself. */
export const makeFolders: System['makeFolders'] = async ({ uid }, folders) => {
  const as = ['--reuid', String(uid), '--regid', String(uid), '--clear-groups']
  const options = { timeout: TIMEOUT_MS, asCustomer: true }
  await must(['setpriv', ...as, 'mkdir', '-p', '--', ...folders], options)
}

export const isFolder: System['isFolder'] = (path) => look(path)?.isDirectory() ?? false

export const isThere: System['isThere'] = (path) => look(path) !== undefined

/** Above it may be what is no folder, or a link that leads to itself: then there is nothing. */
function look(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

/** du never follows links; what vanishes while it looks is no mistake. */
export const bytesOf: System['bytesOf'] = async (folders) => {
  const words = ['--summarize', '--block-size=1', '--one-file-system', '--', ...folders] as const
  const { code, stdout } = await run(['du', ...words], { timeout: MEASURING_MS })
  if (code > 1) return undefined
  const lines = stdout.split('\n').map((line) => line.split('\t'))
  const bytes = new Map(lines.map(([number, folder]) => [folder, Number(number)]))
  return folders.map((folder) => bytes.get(folder) ?? 0)
}

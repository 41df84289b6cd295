import { createReadStream, renameSync, rmSync, statSync } from 'node:fs'
import { at, type Environment } from '../environment.ts'
import { unlessGone } from '../files.ts'

/** How many bytes of each file are counted, by its inode: a file keeps it when it is renamed. */
export type Positions = Record<string, number>

const NEWLINE = 10
const LONGEST = 64 * 1024
const DAY = 24 * 3_600_000
/** A log as long as this is begun anew. */
export const LONG_LOG = 64 * 1024 * 1024

/**
 * Gives every line once that is whole and was not counted; also of the file before, into which a
 * process may still write that had it open.
 *
 * @returns the positions to go on from, to be kept together with what was counted
 */
export async function newLines(
  env: Environment,
  path: string,
  positions: Positions,
  take: (line: string) => void,
): Promise<Positions> {
  const after: Positions = {}
  for (const file of [`${path}.1`, path]) {
    const stats = unlessGone(() => statSync(at(env, file)))
    if (!stats) continue
    const from = positions[stats.ino] ?? 0
    // shorter than before: somebody emptied it
    const start = from <= stats.size ? from : 0
    after[stats.ino] = start + (await readLines(at(env, file), start, stats.size, take))
  }
  return after
}

/** Where the logs end now, for a counter that begins. */
export const endsOf = (env: Environment, path: string): Positions =>
  Object.fromEntries(
    [`${path}.1`, path].flatMap((file) => {
      const stats = unlessGone(() => statSync(at(env, file)))
      return stats ? [[String(stats.ino), stats.size]] : []
    }),
  )

/**
 * Only after the positions were kept. The file before goes first and alone, so that no new file can
 * take over its inode while its position is still known.
 *
 * @returns whether its writer has to open it again
 */
export function rotate(env: Environment, path: string): boolean {
  const [log, before] = [at(env, path), at(env, `${path}.1`)]
  const size = unlessGone(() => statSync(log).size) ?? 0
  if (size < LONG_LOG) return false
  const lastWritten = unlessGone(() => statSync(before).mtimeMs)
  if (lastWritten === undefined) {
    renameSync(log, before)
    return true
  }
  if (Date.now() - lastWritten > DAY) rmSync(before)
  return false
}

/** @returns the bytes up to the last newline */
async function readLines(
  file: string,
  start: number,
  end: number,
  take: (line: string) => void,
): Promise<number> {
  if (start >= end) return 0
  let rest: Buffer = Buffer.alloc(0)
  let done = 0
  for await (const chunk of createReadStream(file, { start, end: end - 1 })) {
    const bytes = Buffer.concat([rest, chunk as Buffer])
    const last = bytes.lastIndexOf(NEWLINE) + 1
    done += last
    rest = bytes.subarray(last)
    for (const line of bytes.subarray(0, last).toString('latin1').split('\n')) {
      if (line !== '' && line.length < LONGEST) take(line)
    }
  }
  return done
}

import type { BigIntStats } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { UsageSystem } from '../system.ts'

const BLOCK = 512

/** What really lies in the folder of a sandbox. No mail is delivered in it, and nothing is served. */
export function sandboxUsage(root: string): UsageSystem {
  return {
    async bytesOf(folders) {
      const counted = new Set<bigint>()
      const bytes: number[] = []
      for (const folder of folders) bytes.push(await bytesBelow(join(root, folder), counted))
      return bytes
    },
    mailboxBytes: async () => new Map(),
    readMailLog: async (after) => after,
    endOfMailLog: async () => undefined,
    async reopenWebLog() {},
  }
}

/** Links are counted, not followed. */
async function bytesBelow(path: string, counted: Set<bigint>): Promise<number> {
  const stats = await lstat(path, { bigint: true }).catch(() => undefined)
  if (!stats || counted.has(stats.ino)) return 0
  counted.add(stats.ino)
  let bytes = taken(stats)
  if (!stats.isDirectory()) return bytes
  for (const name of await readdir(path).catch(() => [])) {
    bytes += await bytesBelow(join(path, name), counted)
  }
  return bytes
}

const taken = ({ blocks }: BigIntStats): number => Number(blocks) * BLOCK

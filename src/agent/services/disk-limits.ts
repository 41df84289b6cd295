import type { Batch } from '../batch.ts'
import { isLive, isRemoved, noted, type Task, together } from '../task.ts'

/** File systems count limits in blocks; of xfs they have 4,096 bytes. */
const BLOCK = 4096
/** What we lay into a home ourselves has to fit. */
const LEAST = 1024 * 1024

/**
 * The disk space of a subscription, kept by the file system of /home: it refuses whatever the
 * customer writes beyond it, be it by FTP, PHP or ssh (R-10, S-62). Other hosts only measure.
 */
export const applyDiskLimits = (batch: Batch) =>
  settle(batch, batch.tasks.filter(isLive), ({ document: { promised } }) =>
    promised ? bytesOf(promised.disk) : undefined,
  )

export const removeDiskLimits = (batch: Batch) =>
  settle(batch, batch.tasks.filter(isRemoved), () => 0)

/** No disk space at all is the opposite of no limit, which is what a file system takes 0 for. */
const bytesOf = (disk: number | null) => (disk === null ? 0 : Math.max(disk, LEAST))

/** `wanted`: bytes, 0 = no limit; undefined leaves what there is. */
async function settle<T extends Task>(
  { abilities, env, step }: Batch,
  tasks: T[],
  wanted: (task: T) => number | undefined,
): Promise<void> {
  if (!abilities.diskLimits.kept || tasks.length === 0) return
  await together(tasks, async () => {
    const present = await env.system.readDiskLimits()
    const differing = tasks.flatMap((task) => {
      const { uid } = task.document.user
      const bytes = wanted(task)
      const known = present.get(uid) ?? 0
      return bytes === undefined || inBlocks(bytes) === known ? [] : [{ task, uid, bytes }]
    })
    if (differing.length === 0) return
    for (const { task } of differing) noted(task, 'disk limit')
    const limits = new Map(differing.map(({ uid, bytes }) => [uid, inBlocks(bytes)]))
    await step('Disk limits', () => env.system.writeDiskLimits(limits))
  })
}

/** As the kernel will tell them: what differs from that would be set again at each run. */
const inBlocks = (bytes: number): number => Math.ceil(bytes / BLOCK) * BLOCK

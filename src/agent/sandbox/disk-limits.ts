import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { say } from '../../contract/said.ts'
import type { System } from '../system.ts'

type Keeping = Pick<System, 'diskLimits' | 'readDiskLimits' | 'writeDiskLimits'>

/** Written down in the file that old file systems keep them in; laying it there turns them on. */
export function sandboxDiskLimits(root: string): Keeping {
  const file = join(root, 'home/aquota.user')
  const read = (): [number, number][] => JSON.parse(readFileSync(file, 'utf8') || '[]')
  return {
    diskLimits: () =>
      existsSync(file)
        ? { kept: true }
        : {
            kept: false,
            remedy: say('sandboxMeasures'),
          },
    readDiskLimits: async () => new Map(read()),
    async writeDiskLimits(limits) {
      const all = new Map([...read(), ...limits])
      const kept = [...all].filter(([, bytes]) => bytes > 0)
      writeFileSync(file, JSON.stringify(kept))
    },
  }
}

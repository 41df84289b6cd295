import type { HostFacts } from '../contract/messages.ts'
import type { Words } from '../errors.ts'

const GB = 1024 ** 3

/** What an admin should do something about before customers notice it (F-156). */
export function warnings(facts: HostFacts): { sentence: string; words?: Words }[] {
  const { disk, memory, load, cpus, php, provides } = facts
  const share = (part: number, whole: number) => (whole > 0 ? part / whole : 1)
  return [
    ...(disk.free < GB || share(disk.free, disk.total) < 0.05
      ? [{ sentence: 'Its disk is almost full: new files will soon be refused.' }]
      : []),
    ...(share(memory.free, memory.total) < 0.05
      ? [{ sentence: 'Its memory is almost used up.' }]
      : []),
    ...(load > 4 * cpus
      ? [
          {
            sentence: 'It has much more to do than its {cpus} {cpus|processor|processors} can.',
            words: { cpus },
          },
        ]
      : []),
    ...(provides.includes('hiddenProcesses')
      ? []
      : [
          {
            sentence:
              'Customers can see what others run here: set it up again. If that does not help, its kernel cannot hide processes.',
          },
        ]),
    ...(provides.includes('separateSockets')
      ? []
      : [
          {
            sentence:
              'Programs of customers can reach sockets of others here: set it up again. If that does not help, its kernel cannot keep them apart.',
          },
        ]),
    ...(php.length === 0 ? [{ sentence: 'It has no PHP: install php8.2-fpm.' }] : []),
  ]
}

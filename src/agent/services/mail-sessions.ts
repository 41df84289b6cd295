import type { Batch } from '../batch.ts'
import type { MailChange } from './mail.ts'

const services = ['imap', 'pop3'] as const

/**
 * Who reads mail at this moment and could not log in again as before is sent away. What runs of those
 * who are suspended or removed ends anyway, for it runs as them.
 */
export async function endSessions({ env }: Batch, changes: MailChange[]): Promise<void> {
  const active = changes.filter(({ task }) => task.document.state === 'active')
  const lost = active.flatMap(({ have, want }) =>
    services.flatMap((service) => {
      const still = new Set(want?.lines[service])
      return (have?.lines[service] ?? []).filter((line) => !still.has(line))
    }),
  )
  const addresses = [...new Set(lost.map((line) => line.slice(0, line.indexOf(':'))))]
  if (addresses.length > 0) await env.system.endMailSessions(addresses)
}

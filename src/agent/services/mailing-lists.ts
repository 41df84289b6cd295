import type { MailingList } from '../../contract/mail.ts'
import type { Batch } from '../batch.ts'
import type { MailChange } from './mail.ts'
import { listFolder } from './mail-places.ts'

/** mlmmj's folders, each with its settings and its members in files. */
export async function writeLists({ env }: Batch, changes: MailChange[]): Promise<void> {
  for (const { have, want } of changes) {
    const kept = new Map(have?.lists.map((list) => [list.id, JSON.stringify(list)]))
    for (const list of want?.lists ?? []) {
      if (kept.get(list.id) === JSON.stringify(list)) continue
      await env.system.writeList(listFolder(list.id), listFiles(list))
    }
  }
}

/** null: there must be no such file. Who is a member is decided in the panel alone. */
export function listFiles(list: MailingList): Record<string, string | null> {
  const { address, owner, posting, moderated, members } = list
  const flag = (set: boolean) => (set ? '' : null)
  return {
    'control/listaddress': address,
    'control/owner': owner,
    'control/moderators': owner,
    'control/moderated': flag(moderated),
    'control/subonlypost': flag(posting === 'members'),
    // senders of spam are forged: who is not a member gets no answer
    'control/nosubonlydenymails': '',
    'control/closedlist': '',
    'control/noarchive': '',
    // seconds until bouncing members go: never, the panel would bring them back
    'control/bouncelife': '999999999',
    'control/customheaders': `List-Id: <${address.replace('@', '.')}>\nList-Post: <mailto:${address}>\nPrecedence: list`,
    'subscribers.d/members': members.join('\n'),
  }
}

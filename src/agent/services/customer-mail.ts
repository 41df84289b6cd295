import type { LiveDocument } from '../../contract/document.ts'
import type { MailingList } from '../../contract/mail.ts'
import type { Environment } from '../environment.ts'
import { list, read } from '../files.ts'
import { type MailLines, mailLines } from './mail-lines.ts'
import { FRAGMENTS, fragmentFile } from './mail-places.ts'
import { replyScript } from './mail-reply.ts'

/** Everything of one customer's mail, kept as a fragment of what the services read (hosts.md 4.4). */
export interface CustomerMail {
  uid: number
  lines: MailLines
  /** numbers of mailboxes, each a folder */
  boxes: number[]
  /** Sieve scripts by the number of their mailbox */
  replies: Record<string, string>
  lists: MailingList[]
}

/** undefined: there is none. */
export function customerMail(document: LiveDocument): CustomerMail | undefined {
  const { mail, user } = document
  if (!mail || mail.mailboxes.length + mail.lists.length === 0) return undefined
  const replying = mail.mailboxes.flatMap((box) => {
    const { id, address, aliases, reply } = box
    return reply ? [[id, replyScript({ address, aliases, reply })] as const] : []
  })
  return {
    uid: user.uid,
    lines: mailLines(document),
    boxes: mail.mailboxes.map(({ id }) => id),
    replies: Object.fromEntries(replying),
    lists: mail.lists,
  }
}

/** What the host has of it, as far as it was carried through. */
export function keptMail(env: Environment, name: string): CustomerMail | undefined {
  const text = read(env, fragmentFile(name))
  return text === undefined ? undefined : JSON.parse(text)
}

/** Names of customers with mail. */
export const customersWithMail = (env: Environment): string[] =>
  list(env, FRAGMENTS)
    .flatMap((file) => /^([a-z0-9]+)\.json$/.exec(file)?.[1] ?? [])
    .sort()

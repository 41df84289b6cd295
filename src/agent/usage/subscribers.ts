import type { Environment } from '../environment.ts'
import { type Record, readRecords } from '../records.ts'
import { customersWithMail, keptMail } from '../services/customer-mail.ts'
import { mailboxFolder } from '../services/mail-places.ts'

export interface Subscribers {
  all: Record[]
  /** to the number of the subscription */
  ofUser: Map<string, number>
  ofUid: Map<string, number>
  ofDomain: Map<string, number>
  /** by address */
  mailboxes: Map<string, { subscription: number; id: number }>
}

/** Whom this host serves, and what they are called in its logs. */
export function subscribers(env: Environment): Subscribers {
  const all = readRecords(env).filter(isThere)
  const ofUser = new Map(all.map(({ name, id }) => [name, id]))
  const found: Subscribers = {
    all,
    ofUser,
    ofUid: new Map(all.map(({ uid, id }) => [String(uid), id])),
    ofDomain: new Map(),
    mailboxes: new Map(),
  }
  for (const name of customersWithMail(env)) addMail(env, found, name)
  return found
}

/** What was removed leaves a record. */
export const isThere = ({ state }: Record): boolean => state !== 'removed'

function addMail(env: Environment, { ofUser, ofDomain, mailboxes }: Subscribers, name: string) {
  const [subscription, mail] = [ofUser.get(name), keptMail(env, name)]
  if (subscription === undefined || !mail) return
  for (const line of mail.lines.domains) ofDomain.set(line.split(' ')[0]!, subscription)
  const ids = new Map(mail.boxes.map((id) => [mailboxFolder(name, id), id]))
  for (const line of mail.lines.users) {
    const [address = '', , , , , folder = ''] = line.split(':')
    const id = ids.get(folder)
    if (id !== undefined) mailboxes.set(address, { subscription, id })
  }
}

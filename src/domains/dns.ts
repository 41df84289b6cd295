import { isIP } from 'node:net'
import type { Values } from '../plans/catalogue.ts'
import type { SubscriptionDomain } from '../subscriptions/schema.ts'

/** As it is typed where the domain is registered. */
export interface DnsRecord {
  name: string
  type: 'A' | 'AAAA' | 'CNAME' | 'MX' | 'TXT'
  value: string
  /** the address of the name that is the value: a domain itself takes no CNAME */
  addressOf: boolean
}

/**
 * What has to stand in the DNS for a name to lead to its host; nothing in the sandbox, which has no
 * address. Mail for a subdomain finds its host by the address alone.
 */
export function dnsRecords(
  { name, www, kind }: Pick<SubscriptionDomain, 'name' | 'www' | 'kind'>,
  values: Values,
  server: string,
): DnsRecord[] {
  if (server === '') return []
  const named = isIP(server) === 0
  const address = isIP(server) === 6 ? 'AAAA' : 'A'
  const record = (type: DnsRecord['type'], value: string, of = name): DnsRecord => ({
    name: of,
    type,
    value,
    addressOf: named && type === 'A',
  })
  const records = [record(address, server)]
  if (www) records.push(record(named ? 'CNAME' : address, server, `www.${name}`))
  if (kind !== 'redirect' && kind !== 'subdomain' && takesMail(values)) {
    records.push(record('MX', `10 ${named ? server : name}`), record('TXT', 'v=spf1 a mx ~all'))
  }
  return records
}

const takesMail = ({ mailboxes, mailingLists }: Values): boolean =>
  mailboxes !== 0 || mailingLists !== 0

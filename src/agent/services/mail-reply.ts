import type { Mailbox } from '../../contract/mail.ts'

type Replying = Pick<Mailbox, 'address' | 'aliases'> & { reply: NonNullable<Mailbox['reply']> }

/** Sieve's vacation answers each sender once a day, and neither lists nor machines (RFC 5230). */
export function replyScript({ address, aliases, reply }: Replying): string {
  const { subject, text, from, until } = reply
  const conditions = [
    ...(from === null ? [] : [since('ge', from)]),
    ...(until === null ? [] : [since('lt', until)]),
  ]
  const addresses = [address, ...aliases].map(quoted).join(', ')
  const answer = `vacation :days 1 :addresses [${addresses}] :subject ${quoted(subject)} ${quoted(text)};`
  return [
    '# Written by Innkeeper',
    'require ["vacation", "date", "relational"];',
    conditions.length === 0 ? answer : `if allof (${conditions.join(', ')}) { ${answer} }`,
    '',
  ].join('\n')
}

/** The host's time as `2026-12-24T23:00:00+00:00`: as texts they compare like the times they mean. */
const since = (relation: 'ge' | 'lt', instant: string): string =>
  `currentdate :zone "+0000" :value "${relation}" "iso8601" ${quoted(instant)}`

const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`

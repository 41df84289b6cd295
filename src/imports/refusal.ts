import { type Told, told } from '../bulk/action.ts'
import { Invalid } from '../errors.ts'

/** Why a rule refused a line, with the column that it is about; anything else is thrown on. */
export function refusalOf(refusal: unknown): Told {
  if (!(refusal instanceof Invalid)) throw refusal
  const { message, words, field } = refusal
  const what = columns[field]
  return what ? told('{what!}: {why!}', { ...words, what, why: message }) : told(message, words)
}

const columns: Record<string, string> = {
  login: 'User name',
  domain: 'Domain',
  plan: 'Plan',
  host: 'Host',
}

/** What a rule answers, or why it refused. */
export function tried<T>(rule: () => T): { value: T; why?: never } | { value?: never; why: Told } {
  try {
    return { value: rule() }
  } catch (refusal) {
    return { why: refusalOf(refusal) }
  }
}

import type { z } from 'zod'
import type { Words } from '../errors.ts'
import type { Translate } from './i18n.ts'

/** Why something typed was not taken, by field, in the reader's language; `''` is the whole. */
export function messages(error: z.ZodError, t: Translate): Record<string, string[]> {
  const found: Record<string, string[]> = {}
  for (const issue of error.issues) {
    const field = issue.path.length > 0 ? String(issue.path[0]) : ''
    const text = t(sentence(issue), words(issue))
    found[field] = [...new Set([...(found[field] ?? []), text])]
  }
  return found
}

export function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys')
    return 'This form has no field “{field}”. Reload the page and try again.'
  // zod's own words are for programmers; our pages always send the field, so somebody else's form did not.
  if (issue.message.startsWith('Invalid'))
    return issue.code === 'invalid_type' ? 'Required' : 'Choose from the list.'
  return issue.message
}

/** What a message may name: the limits of the check that failed, and what the check itself adds. */
export function words(issue: z.core.$ZodIssue): Words {
  const named = {
    ...issue,
    ...(issue.code === 'custom' ? issue.params : {}),
    ...(issue.code === 'unrecognized_keys' ? { field: issue.keys.join(', ').slice(0, 100) } : {}),
  }
  return Object.fromEntries(Object.entries(named).filter(isWord))
}

const isWord = (entry: [string, unknown]): entry is [string, string | number] =>
  ['string', 'number'].includes(typeof entry[1])

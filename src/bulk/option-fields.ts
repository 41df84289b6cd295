import { z } from 'zod'
import { checkbox, text } from '../web/fields.ts'

/** What the form of an action asks beside what was chosen. */
const fields: Record<string, z.ZodRawShape> = {
  suspend: { text: text(1000).default('') },
  remove: { yes: checkbox().refine((checked) => checked, 'Check this box to remove it.') },
}

/** With the mark of the preview that is confirmed. */
export const confirmation = (action: string) =>
  z
    .strictObject({ action: z.string(), seen: z.string().max(200), ...fields[action] })
    .transform(({ action: _, seen, ...options }) => ({ seen, options: asOptions(action, options) }))

/** What is asked before anything was typed. */
export const initial = (action: string): object => asOptions(action, { text: '' })

/** Only what the change is about; that a box was checked is none of it. */
function asOptions(action: string, typed: Record<string, unknown>): object {
  switch (action) {
    case 'suspend':
      return { text: typed.text }
    default:
      return {}
  }
}

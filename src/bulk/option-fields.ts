import { z } from 'zod'
import { messageFields } from '../accounts/message-fields.ts'
import { tieChanges } from '../subscriptions/tie-judgement.ts'
import { checkbox, oneOf, optionalReference, text } from '../web/fields.ts'
import type { PlanChoices } from './plan-choices.ts'

/** `plan.17`: that of one customer; a field that is not there, or says `same`, is that of all. */
const each = z
  .array(z.tuple([z.string().regex(/^[1-9][0-9]{0,14}$/), optionalReference()]))
  .transform((all) => all.map(([id, plan]): PlanChoices['each'][number] => [Number(id), plan]))

const plans = { plan: optionalReference().default(null), each }

/** What the form of an action asks beside what was chosen. */
const fields: Record<string, z.ZodRawShape> = {
  suspend: { text: text(1000).default('') },
  remove: { yes: checkbox().refine((checked) => checked, 'Check this box to remove it.') },
  convert: plans,
  move: { to: optionalReference().default(null), ...plans },
  message: messageFields,
  plan: {
    change: oneOf(tieChanges),
    plan: optionalReference().default(null),
    addOn: optionalReference().default(null),
  },
}

/** With the mark of the preview that is confirmed. */
export const confirmation = (action: string) =>
  z.preprocess(
    (typed) => gathered(action, typed as Record<string, unknown>),
    z
      .strictObject({ action: z.string(), seen: z.string().max(200), ...fields[action] })
      .transform(({ action: _, seen, ...options }) => ({
        seen,
        options: asOptions(action, options),
      })),
  )

/** What is asked before anything was typed; what an address names already is chosen (P-26). */
export const initial = (action: string): object =>
  asOptions(action, {
    ...{ text: '', subject: '', message: '' },
    ...{ plan: null, each: [], to: null, change: 'plan', addOn: null },
  })

function gathered(action: string, typed: Record<string, unknown>) {
  if (fields[action]?.each === undefined) return typed
  const own = Object.entries(typed).filter(([name]) => name.startsWith('plan.'))
  const rest = Object.entries(typed).filter(([name]) => !name.startsWith('plan.'))
  const chosen = own.filter(([, plan]) => plan !== 'same')
  return { ...Object.fromEntries(rest), each: chosen.map(([name, plan]) => [name.slice(5), plan]) }
}

/** Only what the change is about; that a box was checked is none of it. */
function asOptions(action: string, typed: Record<string, unknown>): object {
  switch (action) {
    case 'suspend':
      return { text: typed.text }
    case 'message':
      return { subject: typed.subject, html: typed.message }
    case 'convert':
      return { plan: typed.plan, each: typed.each }
    case 'move':
      return { to: typed.to, plan: typed.plan, each: typed.each, own: [] }
    case 'plan':
      return {
        change: typed.change,
        planId:
          typed.change === 'custom' ? null : typed.change === 'plan' ? typed.plan : typed.addOn,
      }
    default:
      return {}
  }
}

import { z } from 'zod'
import { messageFields } from '../accounts/message-fields.ts'
import { tieChanges } from '../subscriptions/tie-judgement.ts'
import { checkbox, oneOf, optionalLine, optionalReference, text } from '../web/fields.ts'
import type { PlanChoices } from './plan-choices.ts'

/** `plan.17`: that of one customer; a field that is not there, or says `same`, is that of all. */
const number = z
  .string()
  .regex(/^[1-9][0-9]{0,14}$/)
  .transform(Number)
const each: z.ZodType<PlanChoices['each']> = z.array(z.tuple([number, optionalReference()]))

const plans = {
  plan: optionalReference().default(null),
  each,
  /** of all that were said something of, also that theirs is that of all */
  named: z.array(number),
  page: number.default(1),
  /** a button: another page of them, or a name to look for */
  turn: z.string().max(20).default(''),
  find: optionalLine(100).default(''),
}

/** What the form of an action asks beside what was chosen. */
const fields: Record<string, z.ZodRawShape> = {
  suspend: { text: text(1000).default(''), mail: checkbox() },
  activate: { mail: checkbox() },
  remove: { yes: checkbox().refine((checked) => checked, 'Check this box to remove it.') },
  convert: plans,
  move: {
    to: optionalReference().default(null),
    provider: optionalLine(100).default(''),
    ...plans,
  },
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
      .transform(({ action: _, seen, ...typed }) => ({
        seen,
        options: asOptions(action, typed),
        place: placeOf(typed),
      })),
  )

/** Which of them are shown to have a plan chosen for each, and which providers to choose from. */
export interface Place {
  page: number
  turn: string
  find: string
  /** part of a provider's name */
  provider: string
  named: number[]
}

export const atFirst: Place = { page: 1, turn: '', find: '', provider: '', named: [] }

const placeOf = (typed: object): Place => {
  const own = Object.keys(atFirst).filter((name) => name in typed)
  return {
    ...atFirst,
    ...Object.fromEntries(own.map((name) => [name, typed[name as keyof typeof typed]])),
  }
}

/** What is asked before anything was typed; what an address names already is chosen (P-26). */
export const initial = (action: string): object =>
  asOptions(action, {
    ...{ text: '', mail: false, subject: '', message: '' },
    ...{ plan: null, each: [], to: null, change: 'plan', addOn: null },
  })

function gathered(action: string, typed: Record<string, unknown>) {
  if (fields[action]?.each === undefined) return typed
  const own = Object.entries(typed).filter(([name]) => name.startsWith('plan.'))
  const rest = Object.entries(typed).filter(([name]) => !name.startsWith('plan.'))
  const chosen = own.filter(([, plan]) => plan !== 'same')
  return {
    ...Object.fromEntries(rest),
    each: chosen.map(([name, plan]) => [name.slice(5), plan]),
    named: own.map(([name]) => name.slice(5)),
  }
}

/** Only what the change is about; that a box was checked is none of it. */
function asOptions(action: string, typed: Record<string, unknown>): object {
  switch (action) {
    case 'suspend':
      return { text: typed.text, mail: typed.mail }
    case 'activate':
      return { mail: typed.mail }
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

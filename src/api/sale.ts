import { z } from 'zod'
import type { Own } from '../subscriptions/creation.ts'
import { flag, optionalReference, reference } from './fields.ts'

/** What is sold and where it goes; with a new customer too (P-63). */
export const placeFields = {
  domain: z.string().min(1, 'Required').max(2000, 'Use at most {maximum} characters.'),
  planId: reference(),
  hostId: optionalReference().describe('The admin’s to choose; null: the one with most room.'),
  /** */
  consent: flag().describe('To a name below another account’s.'),
  /** S-31, S-32 */
  virusScan: z.boolean().nullable().default(null).describe('null: as the plan'),
  imap: z.boolean().nullable().default(null).describe('null: as the plan'),
}

const place = z.strictObject(placeFields)

export function placed({ virusScan, imap, ...wish }: z.output<typeof place>) {
  const own: Own = {
    ...(virusScan === null ? {} : { virusScan }),
    ...(imap === null ? {} : { imap }),
  }
  return { ...wish, own }
}

/** Told in the answer that made them, and never again (F-52). */
export const credentials = z
  .object({
    login: z.string().nullable().describe('null: that password is another one'),
    systemUser: z.string().nullable(),
    password: z.string(),
    mailbox: z.object({ address: z.string(), password: z.string() }).nullish(),
  })
  .nullable()

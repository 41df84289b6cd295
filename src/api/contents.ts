import { z } from 'zod'
import type { C } from '../web/env.ts'
import { idOf } from './endpoint.ts'
import { id, moment } from './shapes.ts'

/** Of everything that a subscription contains. */
export const common = { id, subscriptionId: id, createdAt: moment }

/** In lists: whose it is (P-3). */
export const place = { ...common, subscription: z.string(), accountId: id, suspended: z.boolean() }

/** The host has it to do; null: nothing differs */
export const jobId = id.nullable()

/** What is gone says no more than who takes it off the host. */
export const going = z.object({ jobId })

/** A POST below one of these leads to it. */
export const backTo =
  (path: string) =>
  (c: C): string =>
    `/${path}/${idOf(c)}`

/** In the answer that made it, and never again (F-52); null: it was sent, so that it is known. */
export const generated = z.string().nullable()

import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { z } from 'zod'
import type { Env } from '../web/env.ts'
import { changed, parseForm } from '../web/respond.ts'
import { chooseColumns } from './chosen.ts'

const name = z.string().regex(/^[a-zA-Z-]{1,40}$/)

/** A column that a list does not have is shown nowhere, so none is looked up here. */
const schema = z.strictObject({
  list: z.string().regex(/^(\/[a-z0-9-]{1,40}){1,3}$/),
  /** what was asked of the list */
  query: z.string().max(2000),
  column: z
    .union([name.transform((one) => [one]), z.array(name).max(40)])
    .optional()
    .transform((chosen) => chosen ?? []),
  usual: z.literal('on').optional(),
})

export const columnRoutes = new Hono<Env>().post('/columns', async (c) => {
  const form = await parseForm(c, schema)
  // Our own pages send no other.
  if (!form.ok) throw new HTTPException(400)
  const { list, query, column, usual } = form.values
  await chooseColumns(c.var.db, c.var.actor, list, usual ? null : column)
  return changed(c, query ? `${list}?${new URLSearchParams(query)}` : list)
})

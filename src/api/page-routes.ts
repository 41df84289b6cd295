import { Hono } from 'hono'
import type { Env } from '../web/env.ts'
import { page } from '../web/respond.ts'
import { endpoints } from './endpoints.ts'

export interface ApiPage {
  groups: { title: string; endpoints: { method: string; path: string; does: string }[] }[]
}

/** What people read before they write a program. */
export const apiPageRoutes = new Hono<Env>().get('/api', (c) => {
  const titles = [...new Set(endpoints.map(({ group }) => group))]
  const groups = titles.map((title) => ({
    title,
    endpoints: endpoints.filter(({ group }) => group === title),
  }))
  return page(c, 'api/endpoints', { groups })
})

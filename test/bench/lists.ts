import { once } from 'node:events'
import { createServer } from 'node:http'
import { sql } from 'drizzle-orm'
import { openSession } from '../../src/auth/sessions.ts'
import type { Database } from '../../src/db/database.ts'
import { disconnect } from '../../src/db/database.ts'
import { joinDatabase } from '../../src/db/open.ts'
import { initialValues } from '../../src/plans/catalogue.ts'
import { line } from './figures.ts'
import { benchPanel } from './panel.ts'
import { sold } from './sold.ts'

// 100,000 accounts with 300,000 subscriptions: what the server takes for a page while 32 are asked for
// at once, beside the bare statement that finds its rows.
const parallel = 32
const times = 20

await using panel = await benchPanel()
const db = await joinDatabase(null, panel.dataFolder)
console.log('… making 100,000 accounts and 300,000 subscriptions')
const { admin, reseller } = await sold(db)
const visitors = { admin: await cookieOf(db, admin), reseller: await cookieOf(db, reseller) }

const pages: [name: string, who: keyof typeof visitors, path: string, floor: ReturnType<typeof sql>][] = [
  ['customers, first page', 'admin', '/customers', sql`select * from accounts order by lower(name), id limit 51`],
]

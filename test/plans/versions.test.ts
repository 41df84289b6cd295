import { eq } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { logins } from '../../src/accounts/schema.ts'
import { type Plan, plans } from '../../src/plans/schema.ts'
import { aPlan, aSubscription, type Cast, cast, reread } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { type Visitor, webApp } from '../support/web.ts'
import { fingerprintIn, update } from './fields.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let rita: Visitor
let ada: Visitor
beforeAll(async () => {
  people = await cast(db())
  rita = await web.as(people.rita)
  ada = await web.as(people.ada)
})

test('every edit is a version, with its author, its note and what it changed', async () => {
  const plan = await aPlan(db(), people.rita.account, 'Silver')
  await update(rita, plan, { mailboxes: '7', note: 'More <mail>' })
  await update(ada, { ...(await now(plan)), version: 2 }, { name: 'Silber', imap: 'on' })
  const html = await rita.read(`/plans/${plan.id}/versions`)
  expect(sections(html)).toEqual([
    expect.stringMatching(/^Version 3 In force ada .* Name Silver Silber IMAP Off On$/),
    expect.stringMatching(
      /^Version 2 rita .* More &lt;mail&gt; Property Before After Mailboxes 0 7 Go back to this version \(2\)$/,
    ),
    expect.stringMatching(/^Version 1 cast .* The first version\. Go back to this version \(1\)$/),
  ])
})

test('going back is an edit through the preview, and a version itself', async () => {
  const plan = await aPlan(db(), people.rita.account, 'Bronze')
  const site = await aSubscription(db(), people.cato.account, people.host, plan, 'back.test')
  await update(rita, plan, { subdomains: '7' })
  expect((await reread(db(), site))!.values.subdomains).toBe(7)

  const back = sent(await rita.read(`/plans/${plan.id}/versions`))
  const preview = await rita.post(`/plans/${plan.id}/preview`, back)
  const shown = await preview.text()
  expect(shown).toMatch(/Subdomains<\/th>.*7.*0/)
  const answer = await rita.post(`/plans/${plan.id}`, {
    ...back,
    fingerprint: fingerprintIn(shown),
  })
  expect(answer.status).toBe(303)
  expect((await reread(db(), site))!.values.subdomains).toBe(0)
  expect(await now(plan)).toMatchObject({ version: 3, values: plan.values })
  expect(sections(await rita.read(`/plans/${plan.id}/versions`))[0]).toMatch(/Back to version 1/)

  // twice: the button of an old page
  expect((await rita.post(`/plans/${plan.id}/preview`, back)).status).toBe(303)
  expect((await now(plan)).version).toBe(3)
})

test('many come in pages, each with what it changed', async () => {
  let plan = await aPlan(db(), people.rita.account, 'Iron')
  for (let n = 1; n <= 21; n++) {
    await update(rita, plan, { subdomains: String(n) })
    plan = await now(plan)
  }
  const first = await rita.read(`/plans/${plan.id}/versions`)
  expect(sections(first)).toHaveLength(20)
  expect(sections(first).at(-1)).toMatch(/^Version 3 .* Subdomains 1 2/)
  const rest = await rita.read(`/plans/${plan.id}/versions?before=3`)
  expect(sections(rest)).toHaveLength(2)
  expect(sections(await rita.read(`/plans/${plan.id}/versions?before=x`))).toHaveLength(20) // F-39
})

test('strangers see none, readers cannot go back', async () => {
  const path = `/plans/${people.ritasGold.id}/versions`
  expect((await (await web.as(people.rolf)).get(path)).status).toBe(404)
  expect((await (await web.as(people.cato)).get(path)).status).toBe(404)
  await update(rita, people.ritasGold, { subdomains: '1' })
  expect(await rita.read(path)).toContain('Go back to this version')
  const [login] = await db()
    .insert(logins)
    .values({ accountId: people.rita.account.id, name: 'reader', passwordHash: 'x', role: 'read' })
    .returning()
  const seen = await (await web.as({ login: login! })).read(path)
  expect(seen).toContain('Version 2')
  expect(seen).not.toContain('Go back to this version')
  expect((await rita.get('/plans/999999/versions')).status).toBe(404)
})

const now = async ({ id }: Plan) => (await db().select().from(plans).where(eq(plans.id, id)))[0]!

/** What the last button on the page sends. */
function sent(html: string): Record<string, string> {
  const form = html.split('<form class="card-footer"').at(-1)!.split('</form>')[0]!
  const fields = form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)
  return Object.fromEntries([...fields].map(([, name, value]) => [name!, value!]))
}

const sections = (html: string) =>
  [...html.matchAll(/<section class="card"(.*?)<\/section>/gs)].map(([, part]) =>
    part!
      .slice(part!.indexOf('>') + 1)
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
  )

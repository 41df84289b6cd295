import { eq } from 'drizzle-orm'
import { beforeAll, describe, expect, test } from 'vitest'
import { logins } from '../../src/accounts/schema.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { hosts } from '../../src/hosts/schema.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { initialValues, type Values } from '../../src/plans/catalogue.ts'
import { type Plan, plans, planVersions, resellers } from '../../src/plans/schema.ts'
import { subscriptionAddOns, subscriptions } from '../../src/subscriptions/schema.ts'
import { aHost, aPlan, aSubscription, type Cast, cast, someone } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { type Fields, type Visitor, webApp } from '../support/web.ts'
import { editFields, planFields, update } from './fields.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let ada: Visitor
let rita: Visitor
let rolf: Visitor
let cato: Visitor
let reader: Visitor
let count = 0
beforeAll(async () => {
  people = await cast(db())
  ada = await web.as(people.ada)
  rita = await web.as(people.rita)
  rolf = await web.as(people.rolf)
  cato = await web.as(people.cato)
  reader = await web.as(await readOnly())
})

describe('the list', () => {
  test("shows a reseller's own plans and how often each is in use, in the last column", async () => {
    // S-4, S-5, S-23
    await aSubscription(db(), people.cato.account, people.host, people.ritasGold, 'shop.test')
    const html = await rita.read('/plans')
    expect(rows(html)).toEqual([
      expect.stringMatching(/^Gold .* Edit Gold Copy Gold Delete Gold 1$/),
    ])
    expect(headings(html).at(-1)).toBe('In use')
  })

  test('lets a reseller copy a plan of its provider that it may sell, and no other', async () => {
    const silver = await aPlan(db(), people.ada.account, 'Sterling', { mailboxes: 17 })
    expect(await rita.read('/plans')).toContain(`/plans/new?from=${silver.id}`)
    const form = await rita.read(`/plans/new?from=${silver.id}`)
    expect(form).toContain('Copy of Sterling')
    expect(form).toContain('value="17"')
    // F-110, F-114
    await db().update(plans).set({ notForResellers: true }).where(eq(plans.id, silver.id))
    for (const id of [silver.id, people.rolfsGold.id]) {
      expect((await rita.get(`/plans/new?from=${id}`)).status).toBe(404)
    }
  })

  test('asks whether resellers may sell it only of plans that are an admin’s', async () => {
    expect(await ada.read(`/plans/${people.adasGold.id}`)).toContain('Not for resellers')
    expect(await ada.read(`/plans/${people.ritasGold.id}`)).not.toContain('Not for resellers')
    expect(await rita.read('/plans/new')).not.toContain('Not for resellers')
  })

  test('shows an admin all, with their owners, and filters', async () => {
    await aPlan(db(), people.ada.account, 'Extra', {}, 'add-on')
    const all = rows(await ada.read('/plans'))
    expect(all.filter((row) => row.startsWith('Gold'))).toHaveLength(3)
    expect(all).toContainEqual(expect.stringMatching(/^Gold .*Rolf/))
    expect(rows(await ada.read('/plans?kind=add-on'))).toHaveLength(1)
    expect(rows(await ada.read('/plans?q=xtr'))).toHaveLength(1)
    expect(rows(await ada.read('/plans?q=%25'))).toHaveLength(0) // F-39
  })

  test('leads on: first a plan, then a customer', async () => {
    // S-2, S-7
    const fresh = await web.as(await anotherReseller())
    await setAdminsPlans({ notForResellers: true })
    expect(await fresh.read('/plans')).toContain('Create a plan first')
    const answer = await fresh.post('/plans/new', planFields({ name: 'First' }))
    const [notice] = answer.headers.get('Set-Cookie')!.split(';')
    const html = await (await fresh.get('/plans', { Cookie: `${fresh.cookie}; ${notice}` })).text()
    expect(html).toContain('Plan First was created.')
    expect(html).toContain('href="/customers/new"')
    expect(await rita.read('/plans')).not.toContain('href="/customers/new"')
  })

  test("shows a reseller what it can sell of its provider's", async () => {
    const fresh = await web.as(await anotherReseller())
    await setAdminsPlans({ notForResellers: false })
    const html = await fresh.read('/plans')
    expect(html).toContain('No plans of your own yet')
    expect(html).toContain('href="/customers/new"')
    expect(rows(html)).toContainEqual(expect.stringMatching(/^Gold 1 GB/))
    await setAdminsPlans({ notForResellers: true })
    expect(await fresh.read('/plans')).not.toContain('Gold')
  })

  test('is not there for customers, like anything else that is not there', async () => {
    // F-110
    const missing = await cato.read('/nothing')
    for (const path of ['/plans', '/plans/new', `/plans/${people.ritasGold.id}`]) {
      expect((await cato.get(path)).status).toBe(404)
      expect(await cato.read(path)).toBe(missing)
    }
  })

  test('offers no change to a read-only login', async () => {
    //
    const html = await reader.read('/plans')
    expect(html).toContain('Gold')
    expect(html).not.toMatch(/New plan|Edit|Delete/)
  })
})

describe('a new plan', () => {
  test('is created, and said to be', async () => {
    const answer = await rita.post('/plans/new', planFields({ name: 'Silver', disk: '5' }))
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/plans'])
    expect(await planCalled('Silver')).toMatchObject({
      kind: 'service',
      ownerId: people.rita.account.id,
      values: { ...initialValues(), disk: 5 * 1024 * 1024 },
    })
  })

  test('has fields with exactly the labels of the catalogue', async () => {
    const html = await rita.read('/plans/new')
    const labels = [
      'Name', // S-9
      'Disk space',
      'Traffic',
      'Mailboxes',
      'Mailing lists',
      'FTP logins',
      'Subdomains',
      'MySQL databases',
      'E-mail virus scan',
      'IMAP',
      'Unlimited',
    ]
    for (const label of labels) expect(html).toMatch(new RegExp(`>\\s*${label}\\s*</(label|span)>`))
    expect(html).toMatch(/<button[^>]*>Save<\/button>/) // S-22
  })

  test.each([
    ['Gold Plus'],
    ['gold-1'],
    ['gold_1'],
    ['Ü'],
    ['gold\n'],
    [' gold'],
    ['<b>x</b>'],
    ['\u202egold'],
  ])('is not named %j', async (name) => {
    // S-9, F-25
    const answer = await refused(rita, planFields({ name, title: 'Kept' }))
    expect(answer).toContain('Letters and digits only: no space, hyphen or other sign.')
    expect(answer).toContain('value="Kept"')
  })

  test.each([
    ['', 'Required: letters and digits only.'],
    ['a'.repeat(61), 'Use at most 60 characters.'],
    ['gOLD', 'There is a plan with this name already'], // F-26
  ])('named %.20j is told why not', async (name, sentence) => {
    expect(await refused(rita, planFields({ name }))).toContain(sentence)
  })

  test.each([
    ['disk', '', 'Required: enter a whole number. 0 means none.'], // S-18, F-27
    ['disk', '   ', 'Required: enter a whole number. 0 means none.'],
    ['disk', '-1', 'Not below 0.'], // F-28
    ['disk', '1.5', 'Whole numbers only, without a point or comma.'], // S-10, F-30
    ['traffic', '1,5', 'Whole numbers only, without a point or comma.'], // S-11
    ['mailboxes', '1 000', 'Write the number without spaces or separators, like 1000.'], // S-13
    ['mailingLists', '1e3', 'Write the number out in digits, like 1000.'], // S-14, F-29
    ['ftpLogins', '0x10', 'Write the number out in digits, like 1000.'], // S-15
    ['subdomains', '１２', 'Digits from 0 to 9 only.'], // S-16
    ['databases', '99999999999', 'At most 999,999,999 is possible.'], // S-17, F-31
  ])('refuses %s = %j, keeps it and says why', async (field, typed, sentence) => {
    const html = await refused(rita, planFields({ name: 'Wrong', [field]: typed }))
    const input = html.match(new RegExp(`<input[^>]*name="${field}"[^>]*>`))![0]
    expect(input).toContain(`value="${typed}"`)
    expect(input).toContain('aria-invalid="true"')
    expect(input).toMatch(new RegExp(`aria-describedby="[^"]*${field}-error`))
    expect(html).toMatch(new RegExp(`id="${field}-error"><div>${escaped(sentence)}</div>`))
    expect(html).toMatch(/name="name"[^>]*value="Wrong"|value="Wrong"[^>]*name="name"/)
  })

  test('opens a folded group that holds a mistake', async () => {
    const html = await refused(rita, planFields({ name: 'Wrong', mediaServices: 'x' }))
    expect(html).toMatch(/<details class="card" open>\s*<summary[^>]*><h2[^>]*>Media/)
    expect(await rita.read('/plans/new')).toMatch(
      /<details class="card">\s*<summary[^>]*><h2[^>]*>Media/,
    )
  })

  test('refuses fields that are not its own', async () => {
    // F-33, F-82, F-83
    await refused(rita, planFields({ name: 'Wrong', ownerId: '1' }))
    await refused(rita, planFields({ name: 'Wrong', disk: ['1', '999'] }))
    const { disk: _, ...rest } = planFields({ name: 'Wrong' })
    await refused(rita, rest)
  })

  test('without limit needs no number', async () => {
    // S-12
    const fields = planFields({ name: 'Endless', disk: '', 'disk.unlimited': 'on' })
    expect((await rita.post('/plans/new', fields)).status).toBe(303)
    expect((await planCalled('Endless'))!.values.disk).toBe('unlimited')
    const html = await rita.read(`/plans/${(await planCalled('Endless'))!.id}`)
    expect(html).toMatch(/name="disk\.unlimited" value="kept"[^>]* checked/)
    const again = await refused(rita, { ...fields, name: 'Endless', disk: '7' })
    expect(again).toMatch(/name="disk"[^>]*value="7"/)
    expect(again).toMatch(/name="disk\.unlimited" value="on"[^>]* checked/)
  })

  test('what some hosts lack is said beside the property', async () => {
    // P-48
    const able = await aHost(db(), 'able')
    const facts = { ...able.facts!, provides: ['php8.2', 'php8.3', 'php8.4', 'virusScan'] }
    await db().update(hosts).set({ facts }).where(eq(hosts.id, able.id))
    const html = await rita.read('/plans/new')
    expect(html).toContain('1 of 2 hosts has E-mail virus scan.')
    expect(html).toContain('No host has PHP version 8.5.')
    expect(html).not.toContain('PHP version 8.4.')
    await db().delete(hosts).where(eq(hosts.id, able.id))
  })

  test("a reseller's own limits are told and hold, all at once", async () => {
    const small = await web.as(
      await anotherReseller({ ...initialValues('reseller'), mailboxes: 3, imap: false }),
    )
    expect(await small.read('/plans/new')).toContain('At most 3 can be sold.')
    const fields = planFields({ name: 'Much', mailboxes: '4', imap: 'on' })
    const html = await refused(small, fields)
    expect(html).toContain('At most 3 can be sold: the provider gave no more.')
    expect(html).toContain('The provider did not give this to sell.')
  })

  test('is not made by who may not', async () => {
    expect((await reader.post('/plans/new', planFields({ name: 'Mine' }))).status).toBe(403)
    expect((await cato.post('/plans/new', planFields({ name: 'Mine' }))).status).toBe(404)
    const kind = planFields({ name: 'Mine' }, 'reseller')
    expect((await rita.post('/plans/new', kind)).status).toBe(403)
    expect((await rita.get('/plans/new?kind=reseller')).status).toBe(403)
    expect((await reader.get('/plans/new')).status).toBe(403)
    expect(await planCalled('Mine')).toBeUndefined()
  })

  test.each(['service', 'add-on', 'reseller'] as const)('can be a %s plan', async (kind) => {
    const name = `Kind${kind.replace('-', '')}`
    expect((await ada.get(`/plans/new?kind=${kind}`)).status).toBe(200)
    expect((await ada.post('/plans/new', planFields({ name }, kind))).status).toBe(303)
    expect(await planCalled(name)).toMatchObject({ kind, values: initialValues(kind) })
  })
})

describe('a copy', () => {
  test.each(['service', 'add-on', 'reseller'] as const)(
    'of a %s plan starts as it is',
    async (kind) => {
      const values = { ...initialValues(kind), mailboxes: 77 }
      const plan = await aPlan(db(), people.ada.account, `Plan${++count}`, values, kind)
      await db().update(plans).set({ title: 'Fine' }).where(eq(plans.id, plan.id))
      const html = await ada.read(`/plans/new?from=${plan.id}`)
      expect(html).toMatch(/name="mailboxes"[^>]*value="77"/)
      expect(html).toMatch(/name="title"[^>]*value="Fine"/)
      expect(html).toContain(`name="kind" value="${kind}"`)
      expect(html).not.toMatch(/name="name"[^>]*value="[^"]/)
    },
  )

  test("is not made of somebody else's, or of nothing", async () => {
    expect((await rolf.get(`/plans/new?from=${people.ritasGold.id}`)).status).toBe(404)
    for (const from of ['999999', 'x', '1e1', '-1']) {
      expect((await rita.get(`/plans/new?from=${from}`)).status).toBe(404)
    }
    expect((await reader.get(`/plans/new?from=${people.ritasGold.id}`)).status).toBe(403)
    expect((await cato.get(`/plans/new?from=${people.ritasGold.id}`)).status).toBe(404)
  })
})

describe('an edit', () => {
  test('is saved and reaches those who have the plan', async () => {
    const plan = await aPlan(db(), people.rita.account, `Plan${++count}`)
    const site = await aSubscription(db(), people.cato.account, people.host, plan, 'edit.test')
    const answer = await update(rita, plan, { mailboxes: '7' })
    expect(answer.status).toBe(303)
    expect(answer.headers.get('Location')).toMatch(/^\/batches\/\d+$/)
    const [now] = await db().select().from(subscriptions).where(eq(subscriptions.id, site.id))
    expect(now!.values.mailboxes).toBe(7)
    expect(await db().$count(jobs, eq(jobs.subscriptionId, site.id))).toBe(1)
  })

  test('of an older version shows both values and overwrites nothing', async () => {
    // F-73
    const plan = await aPlan(db(), people.rita.account, `Plan${++count}`)
    await update(ada, plan, { mailboxes: '7' })
    const answer = await update(rita, plan, { mailboxes: '9' })
    const html = await answer.text()

    expect(answer.status).toBe(409)
    expect(rows(html)).toEqual(['Mailboxes 7 9'])
    expect(html).toMatch(/name="mailboxes"[^>]*value="9"/)
    expect((await planCalled(plan.name))!.values.mailboxes).toBe(7)

    expect(html).toContain('name="version" value="2"')
    expect((await update(rita, { ...plan, version: 2 }, { mailboxes: '9' })).status).toBe(303)
    expect((await planCalled(plan.name))!.values.mailboxes).toBe(9)
  })

  test('refused keeps the version it was drawn from', async () => {
    const plan = await aPlan(db(), people.rita.account, `Plan${++count}`)
    await update(ada, plan, { mailboxes: '7' })
    const html = await (await update(rita, plan, { disk: 'x' })).text()
    expect(html).toContain('name="version" value="1"')
  })

  test('is not for strangers and readers', async () => {
    const plan = people.ritasGold
    const missing = await rolf.read('/plans/999999')
    expect((await rolf.get(`/plans/${plan.id}`)).status).toBe(404)
    expect(await rolf.read(`/plans/${plan.id}`)).toBe(missing)
    for (const step of [`/plans/${plan.id}/preview`, `/plans/${plan.id}`]) {
      const fields = { ...editFields(plan, { disk: '1' }), ...(step.endsWith('w') ? {} : seen) }
      expect((await rolf.post(step, fields)).status).toBe(404)
      expect((await reader.post(step, fields)).status).toBe(403)
    }
    expect(await reader.read(`/plans/${plan.id}`)).toMatch(/<fieldset[^>]* disabled/)
  })
})

describe('removal', () => {
  test('of a plan that nobody has asks once and deletes for good', async () => {
    // S-25
    const plan = await aPlan(db(), people.rita.account, `Plan${++count}`)
    expect(await rita.read(`/plans/${plan.id}/removal`)).toContain(
      'Deleted plans cannot be restored.',
    )
    expect((await rita.post(`/plans/${plan.id}/removal`)).status).toBe(303)
    expect(await planCalled(plan.name)).toBeUndefined()
    expect((await rita.post(`/plans/${plan.id}/removal`)).status).toBe(404) // twice
  })

  test('of a plan in use names who has it and asks what becomes of them', async () => {
    // R-3, S-26, F-37
    const plan = await aPlan(db(), people.rita.account, `Plan${++count}`)
    const site = await aSubscription(db(), people.cato.account, people.host, plan, 'kept.test')
    const answer = await rita.post(`/plans/${plan.id}/removal`)
    const html = await answer.text()

    expect(answer.status).toBe(422)
    expect(html).toContain('1 subscription has this plan:')
    expect(html).toContain('kept.test')
    expect(html).toContain('Move all to plan')
    expect(html).toContain('Make them custom')
    expect(await planCalled(plan.name)).toBeDefined()

    const nowhere = await rita.post(`/plans/${plan.id}/removal`, { afterwards: 'move', plan: '' })
    expect(nowhere.status).toBe(422)
    const custom = await rita.post(`/plans/${plan.id}/removal`, { afterwards: 'custom', plan: '' })
    expect(custom.status).toBe(303)
    const [now] = await db().select().from(subscriptions).where(eq(subscriptions.id, site.id))
    expect(now).toMatchObject({ planId: null, values: plan.values })
  })

  test('of an add-on in use offers to take it away', async () => {
    //
    const extra = await aPlan(db(), people.rita.account, `Plan${++count}`, {}, 'add-on')
    const site = await aSubscription(
      db(),
      people.cato.account,
      people.host,
      people.ritasGold,
      'taken.test',
    )
    await db().insert(subscriptionAddOns).values({ subscriptionId: site.id, planId: extra.id })
    const html = await rita.read(`/plans/${extra.id}/removal`)
    expect(html).toContain('Take it away from all')
    expect(html).not.toContain('Make them custom')
    const answer = await rita.post(`/plans/${extra.id}/removal`, { afterwards: 'take', plan: '' })
    expect(answer.status).toBe(303)
    expect(await db().$count(subscriptionAddOns)).toBe(0)
  })

  test('is not for strangers and readers', async () => {
    const path = `/plans/${people.ritasGold.id}/removal`
    expect((await rolf.get(path)).status).toBe(404)
    expect((await rolf.post(path)).status).toBe(404)
    expect((await cato.post(path)).status).toBe(404)
    expect((await reader.get(path)).status).toBe(403)
    expect((await reader.post(path)).status).toBe(403)
    expect(await db().$count(plans, eq(plans.id, people.ritasGold.id))).toBe(1)
  })
})

const seen = { fingerprint: 'x' }

/** 422, with nothing written. */
async function refused(who: Visitor, fields: Fields): Promise<string> {
  const before = await written()
  const answer = await who.post('/plans/new', fields)
  expect(answer.status).toBe(422)
  expect(await written()).toEqual(before)
  return answer.text()
}

const written = async () => [
  await db().$count(plans),
  await db().$count(planVersions),
  await db().$count(jobs),
  await db().$count(auditEntries),
]

const setAdminsPlans = (values: Partial<Plan>) =>
  db().update(plans).set(values).where(eq(plans.ownerId, people.ada.account.id))

const planCalled = async (name: string) =>
  (await db().select().from(plans).where(eq(plans.name, name)))[0]

async function readOnly() {
  const { login } = people.rita
  const values = { ...login, id: undefined, name: 'reader', role: 'read' as const }
  const [added] = await db().insert(logins).values(values).returning()
  return { login: added! }
}

async function anotherReseller(values: Values = initialValues('reseller')) {
  const reseller = await someone(db(), 'reseller', `reseller${++count}`, people.ada.account.id)
  const own = eq(resellers.accountId, reseller.account.id)
  await db().update(resellers).set({ values }).where(own)
  return reseller
}

/** The text of each row of the page's table. */
const rows = (html: string) =>
  [...(html.match(/<tbody>[\s\S]*<\/tbody>/)?.[0] ?? '').matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(
    ([, row]) => textOf(row!),
  )
const headings = (html: string) =>
  [...html.matchAll(/<th scope="col"[^>]*>([\s\S]*?)<\/th>/g)].map(([, cell]) => textOf(cell!))
const textOf = (html: string) =>
  html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

import { eq } from 'drizzle-orm'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hosts } from '../../src/hosts/schema.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { initialValues, type Values } from '../../src/plans/catalogue.ts'
import { type Plan, plans, resellers } from '../../src/plans/schema.ts'
import { domains, overrides, subscriptions } from '../../src/subscriptions/schema.ts'
import { aHost, aPlan, aSubscription, type Cast, cast, reread } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { type Fields, type Visitor, webApp } from '../support/web.ts'
import { editFields, fingerprintIn, update } from './fields.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let rita: Visitor
let ada: Visitor
let gold: Plan
let count = 0
beforeAll(async () => {
  people = await cast(db())
  rita = await web.as(people.rita)
  ada = await web.as(people.ada)
})
beforeEach(async () => {
  await db().delete(subscriptions)
  gold = await aPlan(db(), people.rita.account, `Plan${++count}`)
  await ritaHas({})
})

const site = (domain: string, more = {}) =>
  aSubscription(db(), people.cato.account, people.host, gold, domain, more)
const look = async (typed: Fields, more: Fields = {}) => {
  const fields = { ...editFields(gold, typed), ...more }
  const answer = await rita.post(`/plans/${gold.id}/preview`, fields)
  return { status: answer.status, html: await answer.text() }
}

describe('before anything is written', () => {
  test('a preview names what changes, from what to what', async () => {
    await site('one.test')
    await site('two.test')
    const { status, html } = await look({ mailboxes: '7', virusScan: 'on' })

    expect(status).toBe(200)
    expect(html).toContain('2 subscriptions have this plan. Nothing is saved yet.')
    expect(rows(html, 'differences')).toEqual(['Mailboxes 0 → 7', 'E-mail virus scan Off → On'])
    expect(effects(html)).toEqual([
      '2 change',
      '2 would become unsynced: their hosts lack something', // P-48
    ])
    expect(await planNow()).toEqual(gold)
    expect(await db().$count(jobs)).toBe(0)
  })

  test('the locked, the customer-managed and the own are named', async () => {
    const [managed, own] = [await site('managed.test'), await site('own.test')]
    await site('locked.test', { locked: true }) // P-40
    await override(managed.id, 'phpVersion', '8.4', true) // P-46
    await override(own.id, 'subdomains', 3, false)
    const { html } = await look({ subdomains: '7', mayChangePhp: 'on' })
    expect(effects(html)).toEqual([
      '2 change',
      '1 is locked and stays as it is',
      '1 keeps a customer-managed value',
      '1 keeps a value of its own',
    ])
  })

  test('a group opens, page by page', async () => {
    for (let n = 10; n < 65; n++) await site(`n${n}.test`)
    const { html } = await look({ mailboxes: '7' }, { group: 'changed' })
    expect(listed(html)).toHaveLength(50)
    expect(listed(html)[0]).toBe('n10.test Cato sandbox Mailboxes: 0 → 7')
    expect(html).toMatch(/name="after" value="n59\.test"/)
    const rest = await look({ mailboxes: '7' }, { group: 'changed', after: 'n59.test' })
    expect(listed(rest.html)).toHaveLength(5)
    expect(rest.html).not.toContain('name="after"')
  })

  test('each host is asked for what it has', async () => {
    // P-48
    const able = await aHost(db(), `able${count}`)
    const facts = { ...able.facts!, provides: [...able.facts!.provides, 'virusScan'] }
    await db().update(hosts).set({ facts }).where(eq(hosts.id, able.id))
    await site('here.test')
    await site('there.test', { hostId: able.id })
    const { html } = await look({ virusScan: 'on' }, { group: 'unsynced' })
    expect(listed(html)).toEqual(['here.test Cato sandbox E-mail virus scan: On'])
  })

  test('who has more than the plan will give is listed', async () => {
    // F-35
    await site('over.test')
    const { html } = await look({ domains: '0' }, { group: 'over' })
    expect(listed(html)).toEqual(['over.test Cato sandbox Domains: 1 → 0'])
  })

  test('all that exists is counted, with each reason once', async () => {
    // F-35
    const two = await site('two.test')
    await site('one.test')
    const more = { subscriptionId: two.id, www: false }
    await db()
      .insert(domains)
      .values([
        { ...more, kind: 'subdomain', name: 'a.two.test' },
        { ...more, kind: 'subdomain', name: 'b.two.test' },
        { ...more, kind: 'redirect', name: 'old.test', address: 'https://two.test/' },
      ])
    const wide = { ...gold.values, subdomains: 5, forwardings: 5, domains: 5 }
    await db().update(plans).set({ values: wide }).where(eq(plans.id, gold.id))
    await db().update(subscriptions).set({ values: wide })
    gold = (await planNow())!

    const { html } = await look({ subdomains: '1', forwardings: '0' }, { group: 'over' })
    expect(effects(html)).toContain('1 would be over a limit')
    expect(listed(html)).toEqual([
      'two.test Cato sandbox Subdomains: 2 → 1 Forwarded domains: 1 → 0',
    ])
    // not raised, not lowered below: nobody is over anything
    expect(effects((await look({ subdomains: '2', forwardings: '9' })).html)).toEqual(['2 change'])
  })

  test('a reseller that would have sold too much is named, and nothing can be saved', async () => {
    //
    await site('one.test')
    await site('two.test')
    await ritaHas({ mailboxes: 10 })
    const { html } = await look({ mailboxes: '6' })
    expect(html).toContain('Mailboxes: Rita would have sold 12, but has only 10 to sell.')
    expect(html).not.toContain('Update &amp; Sync')
    const answer = await update(rita, gold, { mailboxes: '6' })
    expect(answer.status).toBe(422)
    expect(await planNow()).toEqual(gold)
  })

  test('resellers are counted as what they are', async () => {
    const sold = await aPlan(db(), people.ada.account, `Big${count}`, full, 'reseller')
    await db()
      .update(resellers)
      .set({ planId: sold.id, values: sold.values })
      .where(eq(resellers.accountId, people.rita.account.id))
    await site('one.test', { values: { ...gold.values, mailboxes: 9 } })
    const fields = editFields(sold, { mailboxes: '5', 'mailboxes.unlimited': [] })
    const answer = await ada.post(`/plans/${sold.id}/preview`, { ...fields, group: 'over' })
    const html = await answer.text()
    expect(html).toContain('1 reseller has this plan.')
    expect(effects(html)).toEqual(['1 changes', '1 would be over a limit'])
    expect(listed(html)).toEqual(['Rita Mailboxes: 9 → 5'])
  })
})

describe('what nobody would notice is saved at once', () => {
  test.each<[string, Fields]>([
    ['a plan that nobody has', { mailboxes: '7' }],
    ['a title and a name', { title: 'Fine', name: 'Other' }],
    ['hiding it', { hidden: 'on' }],
  ])('%s', async (_, typed) => {
    if (!typed.mailboxes) await site('one.test')
    const answer = await rita.post(`/plans/${gold.id}/preview`, editFields(gold, typed))
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/plans'])
    expect((await planNow())!.version).toBe(2)
    expect(await db().$count(jobs)).toBe(0)

    const twice = await rita.post(`/plans/${gold.id}/preview`, editFields(gold, typed))
    expect(twice.status).toBe(303)
    expect((await planNow())!.version).toBe(2)
  })
})

describe('the second step', () => {
  test('is not taken without the first', async () => {
    // F-84
    const one = await site('one.test')
    const fields = editFields(gold, { mailboxes: '7' })
    const none = await rita.post(`/plans/${gold.id}`, fields)
    expect(none.status).toBe(422)
    expect(await none.text()).toContain('Look at what this change does before it is made.')
    const made = await rita.post(`/plans/${gold.id}`, { ...fields, fingerprint: 'guessed' })
    expect(made.status).toBe(409)
    expect(await planNow()).toEqual(gold)
    expect(await reread(db(), one)).toEqual(one)
  })

  test('does what was seen, or shows what it would do now', async () => {
    await site('one.test')
    const { html } = await look({ mailboxes: '7' })
    const fields = { ...editFields(gold, { mailboxes: '7' }), fingerprint: fingerprintIn(html) }
    await site('two.test')
    const renewed = await rita.post(`/plans/${gold.id}`, fields)
    const now = await renewed.text()
    expect(renewed.status).toBe(409)
    expect(now).toContain('Something has changed since you looked at it.')
    expect(effects(now)).toContain('2 change')
    expect(await planNow()).toEqual(gold)

    const again = { ...fields, fingerprint: fingerprintIn(now) }
    expect((await rita.post(`/plans/${gold.id}`, again)).status).toBe(303)
    expect((await planNow())!.values.mailboxes).toBe(7)
  })

  test.each<[string, () => Promise<unknown>]>([
    ['a lock', () => db().update(subscriptions).set({ locked: true })],
    ['what a host can do', () => db().update(hosts).set({ facts: null })],
    ['the limits of a reseller', () => ritaHas({ mailboxes: 10 })],
    ['a value of its own', async () => override((await only()).id, 'imap', true, false)],
  ])('sees %s', async (_, change) => {
    await site('one.test')
    await site('two.test')
    const { facts } = people.host
    const { html } = await look({ mailboxes: '7', virusScan: 'on' })
    await change()
    const fields = {
      ...editFields(gold, { mailboxes: '7', virusScan: 'on' }),
      fingerprint: fingerprintIn(html),
    }
    expect((await rita.post(`/plans/${gold.id}`, fields)).status).toBe(409)
    await db().update(hosts).set({ facts }).where(eq(hosts.id, people.host.id))
  })

  test('does what is typed there, not what was typed before', async () => {
    // F-82
    await site('one.test')
    const { html } = await look({ mailboxes: '7' })
    const fields = { ...editFields(gold, { mailboxes: '8' }), fingerprint: fingerprintIn(html) }
    expect((await rita.post(`/plans/${gold.id}`, fields)).status).toBe(409)
    const wrong = { ...editFields(gold, { mailboxes: 'x' }), fingerprint: fingerprintIn(html) }
    expect((await rita.post(`/plans/${gold.id}`, wrong)).status).toBe(422)
  })

  test('leads back to the form with all that was typed', async () => {
    await site('one.test')
    const typed = {
      mailboxes: '7',
      note: 'Why not',
      title: 'Golden',
      'disk.unlimited': 'on',
      disk: '',
    }
    const { html } = await look(typed)
    const part = html.split('id="back"')[1]!
    const carried = [...part.matchAll(hidden)].map(([, name, value]) => [name!, decoded(value!)])
    const answer = await rita.post(`/plans/${gold.id}/preview`, {
      ...Object.fromEntries(carried),
      back: 'on',
    })
    expect(answer.status).toBe(200)
    const text = await answer.text()
    for (const value of ['7', 'Why not', 'Golden']) expect(text).toContain(`value="${value}"`)
    expect(text).toContain('action="/plans/')
    expect(await planNow()).toEqual(gold)
  })

  test('carries all that was typed', async () => {
    await site('one.test')
    const typed = { mailboxes: '7', note: 'More & more', title: '<b>', applications: ['PHP'] }
    const { html } = await look({ ...typed, 'disk.unlimited': 'on', disk: '' })
    const carried = [...html.split('id="update"')[1]!.matchAll(hidden)].map(([, name, value]) => [
      name!,
      decoded(value!),
    ])
    const form = new URLSearchParams(carried)
    const answer = await rita.post(`/plans/${gold.id}`, {
      ...Object.fromEntries(form),
      applications: form.getAll('applications'),
    })
    expect(answer.status).toBe(303)
    expect(await planNow()).toMatchObject({
      title: '<b>',
      values: { mailboxes: 7, disk: 'unlimited', applications: ['PHP'] },
    })
  })
})

const full = initialValues('reseller')
const hidden = /<input type="hidden" name="([^"]+)" value="([^"]*)"/g
const decoded = (text: string) =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
const planNow = async () => (await db().select().from(plans).where(eq(plans.id, gold.id)))[0]
const only = async () => (await db().select().from(subscriptions))[0]!
const ritaHas = (values: Partial<Values>) =>
  db()
    .update(resellers)
    .set({ planId: null, values: { ...full, ...values } })
    .where(eq(resellers.accountId, people.rita.account.id))
const override = (
  subscriptionId: number,
  property: string,
  value: string | number | boolean,
  byCustomer: boolean,
) => db().insert(overrides).values({ subscriptionId, property, value, byCustomer, authorName: 'x' })

const effects = (html: string) => rows(html, 'effects').map((row) => row.split(' Show')[0])
const listed = (html: string) => rows(html, 'affected').slice(1)

function rows(html: string, id: string): string[] {
  const part = html.split(`id="${id}"`)[1]?.split('</table>')[0] ?? ''
  return [...part.matchAll(/<tr>(.*?)<\/tr>/gs)]
    .map(([, row]) => row!.replace(/<\/td><td data-label="Then">/, ' → '))
    .map((row) =>
      row
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .filter((row) => !row.startsWith('Property Now'))
}

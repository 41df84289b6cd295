import { eq } from 'drizzle-orm'
import { beforeAll, describe, expect, test } from 'vitest'
import { hosts } from '../../src/hosts/schema.ts'
import { conflicts, type Subscription, subscriptions } from '../../src/subscriptions/schema.ts'
import { aPlan, aSubscription, type Cast, cast, reread } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { partial, type Visitor, webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let shop: Subscription
let ada: Visitor
let rita: Visitor
let cato: Visitor
beforeAll(async () => {
  people = await cast(db())
  const plan = await aPlan(db(), people.rita.account, 'Scanning', { virusScan: true })
  const made = { unsynced: true }
  shop = await aSubscription(db(), people.cato.account, people.host, plan, 'shop.test', made)
  await db().insert(conflicts).values({
    subscriptionId: shop.id,
    property: 'virusScan',
    wanted: true,
    available: false,
    remedy: 'install <b>clamav</b>',
  })
  ada = await web.as(people.ada)
  rita = await web.as(people.rita)
  cato = await web.as(people.cato)
})

const group = '/conflicts?by=property&group=virusScan'
const install = 'Install on this host'

describe('the report of one subscription', () => {
  test('says plan value, available value and what would fix it', async () => {
    // P-51, P-56
    const text = await rita.read(`/subscriptions/${shop.id}/sync`)
    for (const part of ['Conflict report', 'Plan value', 'Available value', 'E-mail virus scan']) {
      expect(text).toContain(part)
    }
    expect(text).toContain('install &lt;b&gt;clamav&lt;/b&gt;') // F-61
    for (const button of ['>OK<', '>Sync<', '>Cancel<']) expect(text).toContain(button)
  })

  test('is read by the customer, without buttons', async () => {
    const text = await cato.read(`/subscriptions/${shop.id}/sync`)
    expect(text).toContain('E-mail virus scan')
    expect(text).not.toContain('>OK<')
    expect(text).not.toContain(install)
  })

  test('says in a note where a disk limit is only measured, which is no conflict', async () => {
    //
    const at = `/subscriptions/${shop.id}/sync`
    expect(await rita.read(at)).not.toContain('measured, not enforced')
    const facts = { ...people.host.facts!, provides: ['php8.2'] }
    await db().update(hosts).set({ facts }).where(eq(hosts.id, people.host.id))
    expect(await rita.read(at)).toContain('measured, not enforced')
    await db().update(hosts).set({ facts: people.host.facts }).where(eq(hosts.id, people.host.id))
  })

  test('is linked from list and overview', async () => {
    expect(await rita.read('/subscriptions')).toContain(`/subscriptions/${shop.id}/sync`)
    expect(await rita.read(`/subscriptions/${shop.id}`)).toContain('Conflict report')
  })

  test('refuses what its form does not have', async () => {
    const at = `/subscriptions/${shop.id}/sync`
    expect((await rita.post(at, { do: 'destroy', seen: 'x' })).status).toBe(422)
    expect((await rita.post(at, { do: 'accept', seen: 'other' })).status).toBe(409)
    expect(await reread(db(), shop)).toMatchObject({ unsynced: true })
  })
})

describe('the menu', () => {
  const entry =
    /href="\/conflicts"[^<]*(?:<svg.*?<\/svg>)?\s*Conflicts( <span class="count">(\d+)<\/span>)?/s
  const counted = async (visitor: Visitor) => entry.exec(await visitor.read('/'))?.[2]

  test('counts the subscriptions that lack something, each for those who see them', async () => {
    expect(await counted(ada)).toBe('1')
    expect(await counted(rita)).toBe('1')
    expect(await counted(await web.as(people.rolf))).toBeUndefined()
    await db().update(subscriptions).set({ locked: true }).where(eq(subscriptions.id, shop.id))
    expect(await counted(rita)).toBeUndefined()
    await db().update(subscriptions).set({ locked: false }).where(eq(subscriptions.id, shop.id))
  })
})

describe('the page of all conflicts', () => {
  const lowering = (text: string) => {
    const [, action, fields] =
      /<form method="post" action="(\/plans\/\d+\/preview)">(.*?)<\/form>/s.exec(text) ?? []
    const typed = [...(fields ?? '').matchAll(/name="([^"]+)" value="([^"]*)"/g)]
    return { action, fields: Object.fromEntries(typed.map(([, name, value]) => [name, value])) }
  }

  test('leads to the preview of the plan with what is available, from every kind of group', async () => {
    // P-54, P-55
    const { planId, hostId } = shop
    for (const address of [
      group,
      `/conflicts?by=plan&group=${planId}`,
      `/conflicts?by=host&group=${hostId}`,
    ]) {
      const text = await rita.read(address)
      expect(text).toContain('Lower the plan Scanning')
      const { action, fields } = lowering(text)
      expect(action).toBe(`/plans/${planId}/preview`)
      expect(fields).toMatchObject({ name: 'Scanning', version: '1' })
      expect(fields).not.toHaveProperty('virusScan')

      const preview = await rita.post(action!, fields as Record<string, string>)
      expect(preview.status).toBe(200)
      const shown = await preview.text()
      expect(shown).toContain('Update &amp; Sync')
      expect(shown).toContain('Lowered to what hosts can provide')
    }
    // an admin's plan is not Rolf's to change, and nobody sees another's conflicts
    expect(await (await web.as(people.rolf)).read(group)).not.toContain('Lower the plan')
  })

  test('offers an installation to the admin only', async () => {
    expect(await ada.read(group)).toContain(install)
    const text = await rita.read(group)
    expect(text).toContain('shop.test')
    expect(text).not.toContain(install)
  })

  test('takes nonsense in its address for nothing', async () => {
    // F-39
    for (const query of ['?by=;drop', '?by=host&group=1e9', '?by=property&group=__proto__']) {
      expect((await rita.get(`/conflicts${query}`)).status).toBe(200)
    }
    expect((await rita.post('/conflicts', { by: 'host', group: '1e9', do: 'lock' })).status).toBe(
      404,
    )
  })

  test('shows every conflict once, page by page', async () => {
    const plan = await aPlan(db(), people.rolf.account, 'Long', { virusScan: true })
    for (let n = 0; n < 51; n++) {
      const made = { unsynced: true }
      const name = `n${n}.test`
      const one = await aSubscription(db(), people.cleo.account, people.host, plan, name, made)
      for (const property of ['perl', 'virusScan']) {
        const row = { property, wanted: true, available: false, remedy: 'x' }
        await db()
          .insert(conflicts)
          .values({ subscriptionId: one.id, ...row })
      }
    }
    const rolf = await web.as(people.rolf)
    const seen: string[] = []
    let next: string | undefined = `/conflicts?by=plan&group=${plan.id}`
    while (next) {
      const text = await rolf.read(next)
      seen.push(...[...text.matchAll(/subscriptions\/(\d+)\/sync/g)].map(([, id]) => id!))
      next = /href="([^"]*after=[^"]*)"/.exec(text)?.[1]?.replaceAll('&amp;', '&')
    }
    expect(seen).toHaveLength(102)
    expect(new Set(seen).size).toBe(51)
  })

  test('gives htmx its part', async () => {
    const text = await (await rita.get('/conflicts?by=host', partial)).text()
    expect(text).toContain('id="conflicts"')
    expect(text).not.toContain('<html')
  })

  test('settles a group', async () => {
    const answer = await rita.post('/conflicts', {
      by: 'property',
      group: 'virusScan',
      do: 'accept',
    })
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe('/conflicts?by=property')
    expect(await reread(db(), shop)).toMatchObject({ unsynced: false })
    expect(await rita.read('/conflicts')).toContain('No conflicts.')
    expect(await rita.read(group)).toContain('No conflicts.')
  })
})

import { eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { certificates } from '../../src/domains/schema.ts'
import { hosts } from '../../src/hosts/schema.ts'
import { mailAliases, mailboxes, mailingLists } from '../../src/mail/schema.ts'
import { domains } from '../../src/subscriptions/schema.ts'
import { aSubscription } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { type Visitor, webApp } from '../support/web.ts'
import { shopkeepers } from './cast.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Awaited<ReturnType<typeof shopkeepers>>
let cato: Visitor
beforeEach(async () => {
  await emptied(db())
  people = await shopkeepers(db())
  cato = await web.as(people.cato)
})

const named = async (name: string) =>
  (await db().select().from(domains).where(eq(domains.name, name)))[0]
const shop = () => String(people.shop.id)

test('a domain from the form, and what was changed about its name is said', async () => {
  // S-28, S-29, R-17
  const form = await cato.read(`/domains/new?subscription=${shop()}`)
  expect(form).toContain('Without http://www.')
  const answer = await cato.post('/domains/new', {
    domain: 'https://www.Bücher.test/index',
    subscription: shop(),
    www: 'on',
  })
  expect(answer.status).toBe(303)
  const made = (await named('xn--bcher-kva.test'))!
  expect(answer.headers.get('location')).toBe(`/domains/${made.id}`)
  const page = await cato.read(`/domains/${made.id}`)
  expect(page).toContain('bücher.test (xn--bcher-kva.test)')
  expect(page).toContain(`/home/${people.shop.systemUser}/web/xn--bcher-kva.test`)

  const list = await cato.read('/domains?q=BÜCHER')
  expect(list).toContain('bücher.test')
  expect(list).not.toContain('href="/domains/1">')
  const content = await cato.read(`/subscriptions/${shop()}`)
  expect(content).toContain('2 of 4')
})

test('a domain says what its DNS needs, and whether it has a certificate', async () => {
  const { id } = (await named('shop.test'))!
  const sandbox = await cato.read(`/domains/${id}`)
  expect(sandbox).not.toContain('DNS records')
  expect(sandbox).toContain('No certificate')
  await db().update(hosts).set({ kind: 'ssh', address: '192.0.2.7' })
  const page = await cato.read(`/domains/${id}`)
  expect(page).toContain('<code>www.shop.test</code>')
  expect(page).toContain('data-label="Value"><code>192.0.2.7</code>')

  const failing = { domainId: id, source: 'fetched' as const, failures: 1, lastError: 'NXDOMAIN' }
  await db().insert(certificates).values(failing)
  expect(await cato.read(`/domains/${id}`)).toContain('The certificate could not be fetched')
  const why = await cato.read(`/domains/${id}/certificate`)
  expect(why).toContain('NXDOMAIN')
  expect(why).toContain('must find this host there: shop.test, www.shop.test.')
  expect(why).toContain(`href="/domains/${id}#dns"`)
  expect(why).toContain('Stop fetching')
})

test('the list says when somebody has to bring the next certificate', async () => {
  const { id } = (await named('shop.test'))!
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000)
  const uploaded = { domainId: id, source: 'uploaded' as const, validUntil: inDays(5) }
  await db().insert(certificates).values(uploaded)
  expect(await cato.read('/domains')).toContain('Certificate until')
  // renewed by itself, or not yet
  for (const change of [{ dueAt: inDays(1) }, { dueAt: null, validUntil: inDays(60) }]) {
    await db().update(certificates).set(change)
    const list = await cato.read('/domains')
    expect(list).not.toContain('Certificate until')
    expect(list).toContain('>HTTPS<')
  }
  await db()
    .update(certificates)
    .set({ validUntil: inDays(-1) })
  expect(await cato.read('/domains')).toContain('Certificate expired')
})

test('a refused form keeps what was typed and writes nothing', async () => {
  const answer = await cato.post('/domains/new', {
    domain: 'a_b.test',
    subscription: shop(),
    folder: '',
    php: '8.2',
  })
  expect(answer.status).toBe(422)
  const text = await answer.text()
  expect(text).toContain('value="a_b.test"')
  expect(text).toContain('<option value="8.2" selected>')
  expect(text).toContain('aria-describedby="domain-hint domain-error"')
  expect(text).toContain('letters, digits and hyphens')
  expect(await db().$count(domains)).toBe(1)

  const foreign = await aSubscription(db(), people.cleo.account, people.host, null, 'cleo.test')
  const theirs = { domain: 'x.test', subscription: String(foreign.id) }
  expect((await cato.post('/domains/new', theirs)).status).toBe(404)
  expect((await cato.get(`/domains/new?subscription=${foreign.id}`)).status).toBe(404)
})

test('the box of consent comes when it is needed', async () => {
  //
  const ada = await web.as(people.ada)
  await aSubscription(db(), people.cleo.account, people.host, null, 'cleo.test')
  const fields = { domain: 'a.cleo.test', subscription: shop() }
  const asked = await (await ada.post('/domains/new', fields)).text()
  expect(asked).toContain('lies below cleo.test of Cleo')
  expect(asked).toContain('name="consent"')
  expect((await ada.post('/domains/new', { ...fields, consent: 'on' })).status).toBe(303)
  expect(await cato.read('/domains/new')).not.toContain('name="consent"')
})

test('settings of a domain, and a change that came too late', async () => {
  const { id } = (await named('shop.test'))!
  const fields = { version: '1', folder: '', php: '8.2', suspendedText: 'Wir sind <bald> zurück' }
  expect((await cato.post(`/domains/${id}`, fields)).status).toBe(303)
  expect(await named('shop.test')).toMatchObject({ www: false, php: '8.2', version: 2 })
  expect(await cato.read(`/domains/${id}`)).toContain('Wir sind &lt;bald&gt; zurück')
  expect((await cato.post(`/domains/${id}`, fields)).status).toBe(409)
  const more = { ...fields, version: '2', kind: 'redirect' }
  expect((await cato.post(`/domains/${id}`, more)).status).toBe(422) // F-82, F-83
  expect((await cato.get(`/domains/${id}/removal`)).status).toBe(409)
})

test('a folder whose domain is gone stays as it is until somebody changes it', async () => {
  await cato.post('/domains/new', { domain: 'blog.test', subscription: shop() })
  const blog = (await named('blog.test'))!
  const sharing = { domain: 'diary.test', subscription: shop(), folder: String(blog.id) }
  await cato.post('/domains/new', sharing)
  await cato.post(`/domains/${blog.id}/removal`, { yes: 'on' })
  const { id } = (await named('diary.test'))!
  expect(await cato.read(`/domains/${id}`)).toContain(
    `<option value="${id}" selected>The same as blog.test</option>`,
  )
  const fields = { version: '1', suspendedText: '', www: 'on' }
  await cato.post(`/domains/${id}`, { ...fields, folder: String(id) })
  expect(await named('diary.test')).toMatchObject({ folder: 'blog.test', www: true })
  await cato.post(`/domains/${id}`, { ...fields, version: '2', folder: '' })
  expect(await named('diary.test')).toMatchObject({ folder: null })
})

test('the removal of a domain says what goes with it, and asks for its name', async () => {
  await cato.post('/domains/new', { domain: 'blog.test', subscription: shop() })
  const { id } = (await named('blog.test'))!
  const place = { subscriptionId: people.shop.id, domain: 'blog.test' }
  const [info] = await db()
    .insert(mailboxes)
    .values([
      { ...place, local: 'info', passwordHash: '', quota: 1e6, bytes: 3 * 1024 ** 2 },
      { ...place, local: 'new', passwordHash: '', quota: 1e6 },
    ])
    .returning()
  await db()
    .insert(mailAliases)
    .values({ ...place, local: 'sales', mailboxId: info!.id })
  await db()
    .insert(mailingLists)
    .values({ ...place, local: 'news', owner: 'info@blog.test' })
  await db().insert(certificates).values({ domainId: id, source: 'uploaded' })

  const page = await cato.read(`/domains/${id}/removal`)
  for (const sentence of [
    'the mailbox info@blog.test with 3 MB of mail',
    'the mailbox new@blog.test with all its mail',
    'the address sales@blog.test',
    'the mailing list news@blog.test with all its members',
    'its certificate',
    'To confirm, type the name: blog.test',
  ])
    expect(page).toContain(sentence)

  const remove = (fields: Record<string, string>) => cato.post(`/domains/${id}/removal`, fields)
  // F-84: neither the box of the shorter page, nor another name, nor other contents than were shown
  expect((await remove({ yes: 'on' })).status).toBe(422)
  expect((await remove({ addresses: '4', name: 'shop.test' })).status).toBe(422)
  expect((await remove({ addresses: '3', name: 'blog.test' })).status).toBe(422)
  expect(await named('blog.test')).toBeDefined()
  expect((await remove({ addresses: '4', name: 'Blog.test' })).status).toBe(303)
  expect(await named('blog.test')).toBeUndefined()
  for (const table of [mailboxes, mailAliases, mailingLists, certificates])
    expect(await db().$count(table)).toBe(0)
})

test('a forwarding in two steps', async () => {
  // S-55, S-56, S-57, S-58
  const rita = await web.as(people.rita)
  await aSubscription(db(), people.cato.account, people.host, people.plan, 'other.test')
  expect(await rita.read('/forwardings')).toContain('New forwarding')
  expect(await rita.read('/forwardings/new')).toContain('>Next<')
  expect((await rita.post('/forwardings/new', { domain: '1.2.3.4' })).status).toBe(422)

  const next = await rita.post('/forwardings/new', { domain: 'http://www.Also.test' })
  expect(next.status).toBe(303)
  const page = await rita.read(next.headers.get('location')!)
  expect(page).toContain('also.test')
  expect(page).toContain('>Set up<')
  expect(page).toContain(people.shop.systemUser)
  expect(page).toContain('other.test')

  const fields = { domain: 'http://www.Also.test', subscription: shop(), to: 'account' }
  expect((await rita.post('/forwardings/new/target', fields)).status).toBe(303)
  const away = { ...fields, domain: 'away.test', to: 'address' }
  const refused = await rita.post('/forwardings/new/target', { ...away, address: 'javascript:1' })
  expect(refused.status).toBe(422)
  expect(await refused.text()).toContain('Give a web address')
  const set = await rita.post('/forwardings/new/target', { ...away, address: 'https://b.test/c' })
  expect(set.status).toBe(303)

  const list = await rita.read('/forwardings')
  expect(list).toContain('also.test')
  expect(list).toContain('https://b.test/c')
  const { id } = (await named('also.test'))!
  expect((await rita.post(`/domains/${id}/removal`)).status).toBe(422)
  const gone = await rita.post(`/domains/${id}/removal`, { yes: 'on' })
  expect(gone.headers.get('location')).toBe('/forwardings')
  expect(await named('also.test')).toBeUndefined()
})

test('lists hold one’s own, and the second step without the first leads back to it', async () => {
  const cleo = await web.as(people.cleo)
  expect(await cleo.read('/domains')).toContain('No domain yet.')
  const { id } = (await named('shop.test'))!
  expect((await cleo.get(`/domains/${id}`)).status).toBe(404)
  const lost = await cleo.get('/forwardings/new/target?domain=..')
  expect(lost.headers.get('location')).toBe('/forwardings/new')
  const filtered = await cato.read(`/domains?subscription=${shop()}&kind=main&sort=-user`)
  expect(filtered).toContain('>shop.test<')
})

test.each([
  '/domains/new',
  '/mailboxes/new',
  '/mailing-lists/new',
  '/ftp-logins/new',
  '/databases/new',
])('%s lets a reseller of many find the subscription it is for', async (address) => {
  const rita = await web.as(people.rita)
  for (let n = 0; n < 51; n++) {
    await aSubscription(db(), people.cato.account, people.host, null, `a${n}.test`)
  }
  const many = await rita.read(address)
  expect(many).toContain('There are more. Search for the one you mean.')
  expect(many).not.toContain('>shop.test · Cato<')
  const found = await rita.read(`${address}?q=shop`)
  expect(found).toContain(`<option value="${shop()}"`)
  expect(found).not.toContain('a1.test')
  expect(await rita.read(`${address}?q=cleo`)).toContain('No subscription matches')
})

test('who has no subscription yet is led to one, or told who makes it', async () => {
  const rolf = await web.as(people.rolf)
  expect(await rolf.read('/databases/new')).toContain('href="/subscriptions/new"')
  const cleo = await web.as(people.cleo)
  expect(await cleo.read('/databases/new')).toContain('Your provider sets it up for you.')
})

test('says which server a domain has to lead to', async () => {
  const { id } = (await named('shop.test'))!
  expect(await cato.read(`/domains/${id}`)).toContain('<dt>Server</dt><dd>Sandbox</dd>')
  await db().update(hosts).set({ address: 'web1.example' }).where(eq(hosts.id, people.host.id))
  expect(await cato.read(`/domains/${id}`)).toContain(
    '<dt>Server</dt><dd><code>web1.example</code></dd>',
  )
})

test('the list says the user of each (S-43)', async () => {
  const list = await cato.read('/domains')
  expect(list).toContain('>User</a></th>')
  expect(list).toContain(`<td data-label="User"><a href="/subscriptions/${shop()}">`)
})

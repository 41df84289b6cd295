import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { addDomain } from '../../src/domains/adding.ts'
import { changeDomain } from '../../src/domains/change.ts'
import { addForwarding } from '../../src/domains/forwarding.ts'
import { requestCertificate, uploadCertificate } from '../../src/domains/https.ts'
import { removeDomain } from '../../src/domains/removal.ts'
import { certificates } from '../../src/domains/schema.ts'
import { newKeyPair } from '../../src/hosts/connection/key-pair.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { initialValues } from '../../src/plans/catalogue.ts'
import { plans } from '../../src/plans/schema.ts'
import { settings } from '../../src/settings/schema.ts'
import { addKey, keysOf, removeKey } from '../../src/ssh-keys/keys.ts'
import { customize } from '../../src/subscriptions/own-values.ts'
import { removeSubscription } from '../../src/subscriptions/removal.ts'
import { domains, type Subscription } from '../../src/subscriptions/schema.ts'
import { activateSubscription, suspendSubscription } from '../../src/subscriptions/suspension.ts'
import { settledState } from '../agent/prepared-host.ts'
import { logIn, visit } from '../agent/visitor.ts'
import { realPanel } from '../proof/real-panel.ts'
import { until } from '../runner/cast.ts'
import { reread } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { sentTo, visitSecurely } from './clients.ts'
import { startPebble } from './pebble.ts'
import { aCertificate } from './pem.ts'

const db = ownDatabase()
const panel = realPanel(db, 'acme')
const MB = 1024 * 1024
const bare = { sharedWith: null, www: true, php: null, consent: false }

/** Says how far it came; what it started stays. */
const forkLoop = `perl -e '$| = 1; for (1..60) { my $pid = fork;
  if (!defined $pid) { print "$_: $!\\n"; exit } if (!$pid) { close $_ for *STDIN, *STDOUT, *STDERR; sleep 60; exit } }'`

const applied = (subscription: Subscription) =>
  until(async () => {
    const now = await reread(db(), subscription)
    return now === undefined || now.appliedGeneration === now.generation
  })
const stored = async (id: number) =>
  (await db().select().from(certificates).where(eq(certificates.domainId, id)))[0]!

test('the life of a web site with all its names', async () => {
  const machine = panel.machine()
  const { cato, rita, ritasGold } = panel.people()
  const status = async (name: string, path = '/') => (await visit(machine, name, path)).status
  await db()
    .update(plans)
    .set({
      values: {
        ...initialValues(),
        ...{ domains: 5, subdomains: 5, forwardings: 5, https: true, shell: 'limited' },
        ...{ processLimit: 20, cpuLimit: 60, mayChangePhp: true },
      },
    })
    .where(eq(plans.id, ritasGold.id))
  const before = await machine.state()
  await using _ = await panel.runner()
  const { subscription: shop } = await panel.create('shop.test')
  const [main] = await db().select().from(domains)

  // S-28, S-55: further names
  const blog = await addDomain(db(), cato.actor, shop.id, { ...bare, name: 'blog.test' })
  const shared = { ...bare, name: 'de.blog.test', sharedWith: blog.domain.id }
  await addDomain(db(), cato.actor, shop.id, shared)
  const forward = (name: string, address: string | null) =>
    addForwarding(db(), cato.actor, shop.id, { name, address, consent: false })
  const also = await forward('also.test', null)
  await forward('away.test', 'https://there.test')
  const pair = newKeyPair()
  await addKey(db(), cato.actor, shop.id, { name: 'Laptop', key: pair.public })
  await applied(shop)

  // F-55: the key opens ssh, and one that is put into the home does not
  const key = { privateKey: pair.private }
  const login = (await logIn(machine, shop.systemUser, key))!
  const stranger = newKeyPair()
  const asked = ['memory_limit', 'upload_max_filesize', 'display_errors']
  const php = `<?php echo json_encode([${asked.map((one) => `ini_get("${one}")`).join(',')}]);`
  await login.run(`mkdir -m 700 .ssh && echo '${stranger.public}' > .ssh/authorized_keys
    echo '${php}' > web/shop.test/limits.php; echo shop > web/shop.test/index.html
    echo blog > web/blog.test/index.html`)
  expect(await logIn(machine, shop.systemUser, { privateKey: stranger.private })).toBeUndefined()

  for (const name of ['shop.test', 'www.shop.test', 'also.test', 'www.also.test'])
    expect((await visit(machine, name)).text, name).toBe('shop\n')
  for (const name of ['blog.test', 'de.blog.test', 'www.de.blog.test'])
    expect((await visit(machine, name)).text, name).toBe('blog\n')
  expect(await sentTo(machine, 'away.test', '/a?b')).toBe('301 https://there.test/a?b')

  // P-47: what PHP may use, as the plan gives it and as the customer wants it
  const limits = async () => JSON.parse((await visit(machine, 'shop.test', '/limits.php')).text)
  expect(await limits()).toEqual([String(128 * MB), String(32 * MB), '0'])
  const { version } = (await reread(db(), shop))!
  await customize(db(), cato.actor, shop.id, {
    values: { phpMemory: 64 * MB, phpUpload: 8 * MB, phpDisplayErrors: true },
    version,
    reason: '',
    lock: false,
  })
  await applied(shop)
  await until(async () => (await limits())[0] === String(64 * MB))
  expect(await limits()).toEqual([String(64 * MB), String(8 * MB), '1'])

  // S-48: a loop of forks ends at the limit, and the host goes on
  const forks = await login.run(`ulimit -t; ${forkLoop}`)
  expect(forks.stdout).toMatch(/^60\n1[0-9]: Resource temporarily unavailable\n$/)
  const count = await machine.run(['pgrep', '--count', '--uid', shop.systemUser])
  expect(Number(count.stdout)).toBeLessThanOrEqual(20)
  await machine.run(['pkill', '-KILL', '--uid', shop.systemUser, 'perl'])

  // an uploaded certificate
  const pem = aCertificate(['blog.test', 'www.blog.test'])
  await uploadCertificate(db(), panel.sealingKey(), cato.actor, blog.domain.id, pem)
  await changeDomain(db(), cato.actor, blog.domain.id, {
    ...{ version: 1, sharedWith: null, www: true, php: null, httpsOnly: true },
    suspendedText: 'Zurück am 1. Mai: $100 <b>',
  })
  await applied(shop)
  expect(await visitSecurely(machine, 'blog.test', pem.authority)).toEqual({
    status: 200,
    text: 'blog\n',
  })
  expect(await sentTo(machine, 'blog.test', '/x')).toBe('301 https://blog.test/x')
  await expect(visitSecurely(machine, 'shop.test', pem.authority)).rejects.toThrow() // none there
  const clear = await machine.sh(
    `grep -rlF '${pem.key.split('\n')[1]}' /etc /var/log /var/lib/innkeeper || true`,
  )
  expect(clear.stdout.trim().split('\n')).toEqual([
    expect.stringMatching(/^\/etc\/innkeeper\/tls\//),
  ])

  // one from an ACME server
  const pebble = await startPebble(machine, ['shop.test', 'www.shop.test', 'also.test'])
  await db().insert(settings).values({ name: 'acmeDirectory', value: pebble.directory })
  await requestCertificate(db(), panel.sealingKey(), cato.actor, main!.id)
  await until(async () => (await stored(main!.id)).chain !== null)
  await applied(shop)
  expect(await visitSecurely(machine, 'www.shop.test', pebble.authority)).toMatchObject({
    status: 200,
  })
  // nobody knows www.also.test
  await requestCertificate(db(), panel.sealingKey(), cato.actor, also.domain.id)
  await until(async () => (await stored(also.domain.id)).failures > 0)
  expect((await stored(also.domain.id)).lastError).toContain('www.also.test')
  await db().delete(jobs).where(eq(jobs.kind, 'certificates.fetch'))

  // suspended and back
  await suspendSubscription(db(), rita.actor, shop.id, 'Unpaid')
  await applied(shop)
  await login.ended
  expect(await logIn(machine, shop.systemUser, key)).toBeUndefined()
  for (const name of ['shop.test', 'also.test', 'away.test']) expect(await status(name)).toBe(503)
  const page = await visitSecurely(machine, 'blog.test', pem.authority)
  expect(page.status).toBe(503)
  expect(page.text).toContain('Zur&#252;ck am 1. Mai&#58; &#36;100 &#60;b&#62;')
  await activateSubscription(db(), rita.actor, shop.id)
  await applied(shop)
  expect((await visitSecurely(machine, 'blog.test', pem.authority)).status).toBe(200)

  // each name goes alone, then all of it
  const [laptop] = await keysOf(db(), shop.id)
  await removeKey(db(), cato.actor, shop.id, laptop!.id)
  await removeDomain(db(), cato.actor, also.domain.id)
  await applied(shop)
  expect(await status('also.test')).toBe(404)
  expect(await logIn(machine, shop.systemUser, key)).toBeUndefined()
  await machine.run(['systemctl', 'stop', 'pebble'])
  await machine.sh("sed -i '/shop.test/d' /etc/hosts")
  await removeSubscription(db(), rita.actor, shop.id)
  await applied(shop)
  expect(await settledState(machine)).toBe(before)
})

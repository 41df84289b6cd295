import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { numbered, removalOf } from '../contract/cast.ts'
import { describeForeignFiles } from './foreign-files.ts'
import { type Line, openLine } from './line.ts'
import { type PreparedHost, preparedHost } from './prepared-host.ts'
import { visit } from './visitor.ts'

let prepared: PreparedHost
let line: Line
beforeAll(async () => {
  prepared = await preparedHost()
  line = await openLine(prepared)
})
afterAll(() => prepared?.host.remove())

describeForeignFiles(() => ({ ...prepared, line }))

const status = async (domain: string) => (await visit(prepared.host, domain)).status

describe("somebody else's bad file", () => {
  const foreign = '/etc/nginx/conf.d/foreign.conf'

  test('is named, nothing of ours changes, and all is well once it is mended', async () => {
    const { host } = prepared
    const [first, second] = [numbered(1), numbered(2)]
    await line.apply([first])
    const vhost = await host.run(['cat', '/etc/nginx/innkeeper.d/cato1.conf'])
    await host.sh(`echo 'nonsense on;' > ${foreign}`)

    const suspend = { ...first, generation: 2, state: 'suspended' as const }
    const result = await line.apply([suspend, second])
    expect(result?.subscriptions.map(({ ok }) => ok)).toEqual([false, false])
    expect(result?.subscriptions[0]?.errors[0]).toMatchObject({ code: 'failed' })
    expect(result?.subscriptions[0]?.errors[0]?.text).toContain(`in ${foreign}:1`)
    expect(await status('shop1.test')).toBe(200)
    expect(await status('shop2.test')).toBe(404)
    expect((await host.run(['cat', '/etc/nginx/innkeeper.d/cato1.conf'])).stdout).toBe(vhost.stdout)
    const marks = await host.sh('ls /var/lib/innkeeper/dirty /var/lib/innkeeper/good')
    expect(marks.stdout).not.toContain('nginx')

    await host.run(['rm', foreign])
    expect(await line.apply([suspend, second])).toMatchObject({ ok: true })
    expect(await status('shop1.test')).toBe(503)
    expect(await status('shop2.test')).toBe(200)
    await line.apply([removalOf(suspend), removalOf(second)])
  })
})

describe('a file of ours that somebody broke', () => {
  test('is written anew with its subscription', async () => {
    const { host } = prepared
    const [third, fourth] = [numbered(3), numbered(4)]
    await line.apply([third, fourth])
    await host.sh('echo broken > /etc/nginx/innkeeper.d/cato3.conf')

    const blamed = await line.apply([{ ...fourth, generation: 2, state: 'suspended' }])
    expect(blamed?.subscriptions[0]?.errors[0]?.text).toContain('innkeeper.d/cato3.conf')
    expect(await line.apply([third])).toMatchObject({ ok: true })
    const healed = await line.apply([{ ...fourth, generation: 2, state: 'suspended' }])
    expect(healed).toMatchObject({ ok: true })
    expect([await status('shop3.test'), await status('shop4.test')]).toEqual([200, 503])
    await line.apply([removalOf(third), { ...removalOf(fourth), generation: 3 }])
  })
})

test('serves the new files as soon as it says so', async () => {
  const flip = numbered(5)
  await line.apply([flip])
  for (let generation = 2; generation < 10; generation++) {
    const state = generation % 2 === 0 ? 'suspended' : 'active'
    await line.apply([{ ...flip, generation, state }])
    const seen = await Promise.all([1, 2, 3, 4].map(() => status('shop5.test')))
    expect(new Set(seen)).toEqual(new Set([state === 'active' ? 200 : 503]))
  }
  await line.apply([{ ...removalOf(flip), generation: 10 }])
})

test('starts again when it was stopped', async () => {
  const sixth = numbered(6)
  await prepared.host.run(['systemctl', 'stop', 'nginx'])
  expect(await line.apply([sixth])).toMatchObject({ ok: true })
  await expect.poll(() => status('shop6.test')).toBe(200)
  await line.apply([removalOf(sixth)])
})

test("a change does not cut off other customers' requests", async () => {
  const [slow, other] = [numbered(7), numbered(8)]
  await line.apply([slow])
  const program = '<?php sleep(1); echo "whole";'
  const file = '/home/cato7/web/shop7.test/slow.php'
  await prepared.host.sh(`cat > ${file}; chmod 644 ${file}`, { input: program })
  const answer = visit(prepared.host, 'shop7.test', '/slow.php')
  await line.apply([other])
  await line.apply([removalOf(other)])
  expect(await answer).toEqual({ status: 200, text: 'whole' })
  await line.apply([removalOf(slow)])
})

test('PHP is started again when somebody stopped its socket', async () => {
  const ninth = numbered(9)
  await line.apply([ninth])
  await prepared.host.run(['systemctl', 'stop', 'innkeeper-php@8.2-cato9.socket'])
  const healed = await line.apply([ninth])
  expect(healed?.subscriptions[0]?.changed).toEqual(['php'])
  const file = '/home/cato9/web/shop9.test/index.php'
  await prepared.host.sh(`printf '<?php echo "here";' > ${file}; chmod 644 ${file}`)
  expect(await visit(prepared.host, 'shop9.test')).toEqual({ status: 200, text: 'here' })
  await line.apply([removalOf(ninth)])
})

test('a slow request keeps nobody waiting, whatever becomes of its site', async () => {
  const tenth = numbered(10)
  await line.apply([tenth])
  const file = '/home/cato10/web/shop10.test/slow.php'
  await prepared.host.sh(`printf '<?php sleep(30);' > ${file}; chmod 644 ${file}`)
  const cut = visit(prepared.host, 'shop10.test', '/slow.php')
  const running = () => prepared.host.run(['pgrep', '-u', '70010', '-c'])
  await expect.poll(async () => Number((await running()).stdout)).toBe(2)

  const result = await line.apply([removalOf(tenth)])
  expect(result).toMatchObject({ ok: true })
  expect(result!.ms).toBeLessThan(5000)
  expect((await cut).status).toBe(502)
})

// F-156
test('a full disk spoils no file, says so, and is no matter once there is room', async () => {
  const { host } = prepared
  const [eleventh, twelfth] = [numbered(11), numbered(12)]
  await line.apply([eleventh])
  const folder = '/etc/nginx/innkeeper.d'
  const fill = `cp -a ${folder} /root/kept; mount -t tmpfs -o size=16k full ${folder}
    cp /root/kept/* ${folder}; dd if=/dev/zero of=${folder}/filler bs=1k count=100`
  await host.sh(fill)

  const suspend = { ...eleventh, generation: 2, state: 'suspended' as const }
  const result = await line.apply([suspend, twelfth])
  for (const { ok, errors } of result!.subscriptions) {
    expect(ok).toBe(false)
    expect(errors[0]?.text).toContain('ENOSPC')
  }
  expect(await status('shop11.test')).toBe(200)
  expect((await host.sh(`find ${folder} -name '*.conf' -empty`)).stdout).toBe('')

  await host.sh(`rm ${folder}/filler`)
  expect(await line.apply([suspend, twelfth])).toMatchObject({ ok: true })
  expect([await status('shop11.test'), await status('shop12.test')]).toEqual([503, 200])
  await line.apply([removalOf(suspend), removalOf(twelfth)])
  expect((await host.sh(`ls -A ${folder}`)).stdout).toBe('')
  await host.sh(`umount ${folder}; rm ${folder}/*; systemctl reload nginx`)
})

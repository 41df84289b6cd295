import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { closeServer, createListener, listen } from '../../src/web/listener.ts'
import { aSubscription, cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'
import { tokenOf } from './client.ts'

const db = ownDatabase()
const web = webApp(db)
const run = promisify(execFile)

test('what the README tells to type works', async () => {
  const { rita, cato, host, ritasGold } = await cast(db())
  await aSubscription(db(), cato.account, host, ritasGold, 'shop.test')
  const TOKEN = await tokenOf(db(), rita)
  const server = createListener(web.app())
  await listen(server, '127.0.0.1', 0)
  const { port } = server.address() as AddressInfo

  const [, part = ''] = readFileSync('README.md', 'utf8').split('## Use it from a program')
  const [, example = ''] = /```sh\n([\s\S]*?)```/.exec(part) ?? []
  const script = example.replaceAll(':8080', `:${port}`).replaceAll('curl', 'echo; curl')
  const { stdout } = await run('sh', ['-c', script], { env: { ...process.env, TOKEN } })
  await closeServer(server)
  const [subscriptions, customer] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

  expect(subscriptions.items).toMatchObject([{ domain: 'shop.test' }])
  expect(customer).toMatchObject({ login: 'flora', name: 'Flora', kind: 'customer' })
})

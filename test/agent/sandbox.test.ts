import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { sandboxAgent } from '../../src/agent/sandbox.ts'
import { HostFacts, Result, Step } from '../../src/contract/messages.ts'
import { live, liveUser, numbered } from '../contract/cast.ts'
import { describeLifeCycle } from './life-cycle.ts'
import { describeRefusals } from './refusals.ts'
import type { Subject } from './subject.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

function sandbox() {
  const root = mkdtempSync(join(tmpdir(), 'innkeeper-sandbox-'))
  folders.push(root)
  const agent = sandboxAgent(root)
  const path = (name: string) => join(root, name)
  return { root, agent, path }
}

const subject = async (): Promise<Subject> => {
  const { root, agent, path } = sandbox()
  const files = () =>
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.parentPath.startsWith(path('var/lib/innkeeper')))
      .map((entry) => [join(entry.parentPath, entry.name), entry.isFile()] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    apply: (documents, onStep) =>
      agent.apply(documents, (step) => onStep?.({ type: 'step', id: '-', ...step })),
    async read(name) {
      try {
        return readFileSync(path(name), 'utf8')
      } catch {
        return undefined
      }
    },
    async state() {
      return files()
        .map(([file, isFile]) => `${file}\n${isFile ? readFileSync(file, 'utf8') : ''}`)
        .join('\n')
    },
    async addUser(name, uid) {
      appendFileSync(path('etc/passwd'), `${name}:x:${uid}:${uid}::/home/${name}:/bin/bash\n`)
      appendFileSync(path('etc/group'), `${name}:x:${uid}:\n`)
    },
  }
}

describeLifeCycle(subject)
describeRefusals(subject)

describe('a sandbox', () => {
  test('speaks as the contract has it', async () => {
    const { agent } = sandbox()
    const steps: unknown[] = []
    const result = await agent.apply([live()], (step) => steps.push(step))
    Result.parse({ type: 'result', id: 'a', ...result })
    for (const step of steps) Step.parse({ type: 'step', id: 'a', ...(step as object) })
    expect(HostFacts.parse(agent.facts())).toMatchObject({ subscriptions: 1, agent: 'source' })
  })

  test('takes away what is left of writing that was killed, though nothing is to be written', async () => {
    const { agent, path } = sandbox()
    await agent.apply([live()])
    const beside = ['etc/innkeeper/.ssh.allow.new', 'etc/nginx/innkeeper.d/.cato.conf.new'].map(
      path,
    )
    for (const file of beside) writeFileSync(file, 'half')
    await agent.apply([live()])
    expect(beside.filter((file) => existsSync(file))).toEqual([])
  })

  test('serves no PHP where there is none, and no program as text', async () => {
    const { agent, path } = sandbox()
    for (const version of ['8.2', '8.3', '8.4']) rmSync(path(`usr/sbin/php-fpm${version}`))
    const { subscriptions } = await agent.apply([live()])
    expect(subscriptions).toMatchObject([
      {
        ok: true,
        shortfalls: [{ property: 'phpVersion', wanted: '8.2', available: 'none' }],
        facts: { sites: [{ php: null }] },
      },
    ])
    expect(readFileSync(path('etc/nginx/innkeeper.d/cato.conf'), 'utf8')).toContain(
      'location ~ \\.php$ { return 404; }',
    )
    const mail = ['mail', 'imap', 'pop3', 'mailingLists']
    expect(agent.facts()).toMatchObject({
      php: [],
      provides: [
        'https',
        'shellLimits',
        'hiddenProcesses',
        'separateSockets',
        'ftp',
        'mysql',
        ...mail,
      ],
    })
  })

  test('changes the PHP of a site for another, and keeps nothing of the old', async () => {
    const { agent, root, path } = sandbox()
    const site = { domain: 'shop.test', www: false, php: '8.2' }
    await agent.apply([live({ sites: [site] })])
    await agent.apply([live({ generation: 2, sites: [{ ...site, php: '8.3' }] })])
    const named = (part: string) =>
      readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.includes(part))
    expect(named('8.2-cato')).toEqual([])
    expect(named('8.3-cato')).toHaveLength(3)
    expect(readFileSync(path('etc/nginx/innkeeper.d/cato.conf'), 'utf8')).toContain('8.3-cato.sock')
  })

  // S-47, R-21
  test('gives plain bash where it cannot limit, and says so', async () => {
    const { agent, path } = sandbox()
    rmSync(path('etc/pam.d/sshd'))
    const limits = { cpuSeconds: 60, processes: 20 }
    const { subscriptions } = await agent.apply([liveUser({ shell: 'limited', limits })])
    expect(subscriptions).toMatchObject([
      {
        ok: true,
        shortfalls: [{ property: 'shell', wanted: 'limited', available: 'bash' }],
        facts: { shell: 'bash' },
      },
    ])
  })

  test('says what failed and goes on with the others', async () => {
    const { agent, path } = sandbox()
    await agent.apply([numbered(1)])
    rmSync(path('home/cato1/web'), { recursive: true })
    appendFileSync(path('home/cato1/web'), 'a file in the way')
    const { subscriptions } = await agent.apply([numbered(1, { generation: 2 }), numbered(2)])
    expect(subscriptions).toMatchObject([{ ok: false, errors: [{ code: 'failed' }] }, { ok: true }])
  })

  test('carries out 2,000 in seconds', async () => {
    const { agent } = sandbox()
    const many = Array.from({ length: 2000 }, (_, index) => numbered(index + 1))
    const result = await agent.apply(many)
    expect(result.ok).toBe(true)
    expect(agent.facts().subscriptions).toBe(2000)
  })
})

import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'

type Matches = (file: string) => boolean

const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
)
const imports = files.flatMap((from) => {
  const source = readFileSync(join('src', from), 'utf8')
  const targets = source.matchAll(/^(?:import|export)\s(?:[^'";]*\sfrom\s+)?['"]([^'"]+)['"]/gm)
  return [...targets].map(([, to = '']) => ({
    from,
    to: to.startsWith('.') ? normalize(join(dirname(from), to)) : to,
  }))
})

const inFolder = (folder: string) => (file: string) => file.startsWith(`${folder}/`)
const called = (name: string) => (file: string) => basename(file) === name
const topLevel: Matches = (file) => !file.includes('/')
const either =
  (...some: Matches[]) =>
  (file: string) =>
    some.some((matches) => matches(file))
const not = (matches: Matches) => (file: string) => !matches(file)
const both =
  (...all: Matches[]) =>
  (file: string) =>
    all.every((matches) => matches(file))

const start = either(called('server.ts'), called('cli.ts'))
// `routes.ts`, or `standing-routes.ts` where a part has too many addresses for one file
const routes: Matches = (file) => /(^|-)routes\.ts$/.test(basename(file))
// `contact-fields.ts`: what the forms of several routes share
const fields: Matches = (file) => /-fields\.ts$/.test(basename(file))
const web = either(inFolder('web'), inFolder('api'), routes, fields)
const http = either(web, (target) => /^(hono|@hono\/|eta$)/.test(target))
const connection = inFolder('hosts/connection')
const ssh: Matches = (target) => target === 'ssh2'
const agent = inFolder('agent')
const contract = inFolder('contract')
const provision = called('provision.ts')
const runner = inFolder('runner')
const ours: Matches = (target) => target.endsWith('.ts')
const rule: Matches = (file) =>
  ours(file) &&
  not(topLevel)(file) &&
  not(either(web, provision, runner, connection, agent, contract))(file)
const folder = (file: string) => file.slice(0, file.indexOf('/'))

test.each<[string, Matches, Matches]>([
  ['only the web layer knows HTTP and templates', not(either(web, start)), http],
  ['only the app mounts routes', not(called('app.ts')), routes],
  [
    'only provisioning, the runner and the start reach host connections',
    not(either(provision, runner, start, connection)),
    either(connection, ssh),
  ],
  [
    'only the lists of handlers and tasks know provisioning',
    not(either(called('handlers.ts'), called('tasks.ts'))),
    provision,
  ],
  [
    'only provisioning and the start know the runner',
    not(either(provision, runner, start)),
    runner,
  ],
  ['the contract knows nothing of ours', contract, both(ours, not(contract))],
  ['the agent knows the contract only', agent, both(ours, not(either(agent, contract)))],
  ['only host connections know the agent', not(either(connection, agent)), agent],
])('%s', (_, from, to) => {
  expect(imports.filter((edge) => from(edge.from) && to(edge.to))).toEqual([])
})

test('parts of the business depend on each other one way', () => {
  const uses = new Map<string, Set<string>>()
  for (const { from, to } of imports) {
    if (!rule(from) || !rule(to) || folder(from) === folder(to)) continue
    uses.set(folder(from), (uses.get(folder(from)) ?? new Set()).add(folder(to)))
  }
  const reach = (from: string, found = new Set<string>()): Set<string> => {
    for (const next of uses.get(from) ?? []) if (!found.has(next)) reach(next, found.add(next))
    return found
  }

  expect([...uses.keys()].filter((name) => reach(name).has(name))).toEqual([])
})

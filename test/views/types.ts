import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { complaints } from './markup.ts'

/**
 * Checks the templates: each becomes a module with the same line numbers, then the compiler looks
 * at all of them. The first line of a template says what it is given:
 *
 *     <% /* @props import('../../src/plans/routes.ts').PlanList *\/ %>
 */
const root = join(import.meta.dirname, '../..')
const generated = join(import.meta.dirname, 'generated')

const views = readdirSync(join(root, 'views'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.eta'))
  .map((file) => file.replaceAll('\\', '/'))
  .sort()

function typeErrors(): string[] {
  rmSync(generated, { recursive: true, force: true })
  for (const view of views) write(`${view}.ts`, moduleOf(view))
  write('templates.ts', `export interface Templates {\n${views.map(entry('/')).join('\n')}\n}\n`)
  write('views.ts', forRoutes(views.map(entry('')).join('\n')))
  write('tsconfig.json', JSON.stringify(settings))

  const tsc = join(root, 'node_modules/.bin/tsc')
  const { stdout } = spawnSync(tsc, ['--noEmit', '--pretty', 'false', '-p', generated], {
    encoding: 'utf8',
    cwd: root,
  })
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => line.replace(/^test\/views\/generated\/(.+)\.ts\((\d+),\d+\)/, 'views/$1:$2'))
}

/** Looser where templates are: they test for what may be missing and take what they need. */
const settings = {
  extends: '../../../tsconfig.json',
  compilerOptions: {
    noUnusedLocals: false,
    noUnusedParameters: false,
    exactOptionalPropertyTypes: false,
  },
  include: ['.', '../../../src'],
  exclude: [],
}

const entry = (root: string) => (view: string) => `  '${root}${nameOf(view)}': ${props(view, '.')}`

/** Tells `page` and its like in src/web/respond.ts which data each template wants. */
const forRoutes = (entries: string) =>
  `export {}\ndeclare module '../../../src/web/views.ts' { interface Views {\n${entries}\n} }\n`

function moduleOf(view: string): string {
  const up = posix.relative(posix.dirname(view), '.') || '.'
  const own = props(view, up)
  const head = `import type { Template } from '${up}/../template.d.ts'; export default function ({ it, include, layout, $print, $raw }: Template<${own}>) {`
  return `${head}${statements(view)}}\n`
}

const tag =
  /<%[-_]?\s*([=~]?)((?:'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|(?![-_]?%>)[\s\S])*)[-_]?%>/g

/** The code between `<%` and `%>`, on the lines where it stands. */
function statements(view: string): string {
  const text = source(view)
  let code = ''
  let end = 0
  for (const { 0: whole, 1: kind, 2: inside = '', index } of text.matchAll(tag)) {
    code += lines(text.slice(end, index))
    const own = absolute(view, inside)
    if (kind === '=') code += `$print(${own.trimEnd()});`
    else if (kind === '~') code += `$raw(${own.trimEnd()});`
    else code += `${own} `
    end = index + whole.length
  }
  return code + lines(text.slice(end))
}

const lines = (text: string) => text.replaceAll(/[^\n]+/g, '')

/** Templates name each other relative to themselves. */
const absolute = (view: string, code: string) =>
  code.replaceAll(
    /\b(include|layout)\(\s*(['"])(\.[^'"]+)\2/g,
    (_, how, quote, name) => `${how}(${quote}/${posix.join(posix.dirname(view), name)}${quote}`,
  )

/** The type a template names, written so that it is found from a generated file. */
function props(view: string, up: string): string {
  const named = /@props\s+(.+?)\s*\*\//.exec(source(view))?.[1]
  if (!named) return 'never'
  return named.replaceAll(
    /import\((['"])(\.[^'"]+)\1\)/g,
    (_, quote, path) =>
      `import(${quote}${up}/../../../${posix.join('views', posix.dirname(view), path)}${quote})`,
  )
}

const nameOf = (view: string) => view.replace(/\.eta$/, '')

function source(view: string): string {
  return readFileSync(join(root, 'views', view), 'utf8')
}

function write(file: string, content: string) {
  const path = join(generated, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}

const found = [...views.flatMap((view) => complaints(view, source(view))), ...typeErrors()]
for (const line of found) console.error(line)
if (found.length > 0) process.exitCode = 1

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAst } from 'vitest/node'
import { sentences as ofHosts } from '../../src/contract/said.ts'

/**
 * Every English sentence of the panel, found where it is written: what is handed to `t`, and any
 * other text that reads like English (labels, titles, what rules refuse with), for that reaches `t`
 * by a variable.
 */
export function sentences(): Map<string, string> {
  const found = new Map<string, string>()
  for (const sentence of Object.values(ofHosts)) found.set(sentence, 'src/contract/said.ts')
  for (const file of files()) for (const text of inFile(file)) found.set(text, file)
  return found
}

const root = join(import.meta.dirname, '../..')

/** Speak to hosts, to the command line or to nobody. */
const silent = [
  ...['agent/', 'contract/', 'db/', 'runner/', 'hosts/connection/', 'hosts/enrolment-dialogue.ts'],
  ...['server.ts', 'cli.ts', 'config.ts', 'jobs/output.ts', 'web/assets.ts', 'web/headers.ts'],
  ...[
    'web/dark-sheet.ts',
    'web/process.ts',
    'web/processes.ts',
    'web/listener.ts',
    'api/document.ts',
    'messages/texts/',
    'messages/samples.ts',
    'auth/browser.ts',
  ],
].map((path) => `src/${path}`)

const files = () =>
  ['src', 'views'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((file) => join(folder, file))
      .filter((file) => /\.(ts|eta)$/.test(file) && !silent.some((path) => file.startsWith(path))),
  )

function inFile(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  const code = file.endsWith('.eta') ? codeOf(text) : text
  return texts(parseAst(code, { lang: 'ts' }) as unknown as Node)
}

const tag =
  /<%[-_]?\s*([=~]?)((?:'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|(?![-_]?%>)[\s\S])*)[-_]?%>/g

/** A template as one function, so that it may return. */
function codeOf(template: string): string {
  const lines = [...template.matchAll(tag)].map(([, kind, inside = '']) =>
    kind ? `print(${inside.trimEnd()});` : inside,
  )
  return `function template() {${lines.join('\n')}\n}`
}

interface Node {
  type: string
  [part: string]: unknown
}

/** `said`: what stands here is handed to `t` as it is. */
function texts(node: Node, said = false): string[] {
  if (mute.has(node.type) || (node.type === 'CallExpression' && calls(node, 'header', 'describe')))
    return []
  if (node.type === 'Literal') return textOf(node.value, said)
  if (node.type === 'TemplateLiteral' && (node.expressions as Node[]).length === 0)
    return textOf((node.quasis as { value: { cooked: string } }[])[0]!.value.cooked, said)

  return Object.entries(node).flatMap(([part, value]) =>
    nodes(value).flatMap((child, index) => texts(child, saidIn(node, part, index, said))),
  )
}

const mute = new Set([
  'ImportDeclaration',
  'TSTypeAnnotation',
  'TSTypeAliasDeclaration',
  'TSInterfaceDeclaration',
  'TSTypeParameterInstantiation',
  'TaggedTemplateExpression',
])

const nodes = (value: unknown): Node[] =>
  (Array.isArray(value) ? value : [value]).filter(
    (one) => typeof one === 'object' && one !== null && typeof one.type === 'string',
  )

/** The sentence of a call of `t`, and either branch of a choice in its place. */
function saidIn(node: Node, part: string, index: number, said: boolean): boolean {
  if (node.type === 'CallExpression') return part === 'arguments' && index === 0 && calls(node, 't')
  if (node.type === 'ConditionalExpression') return said && part !== 'test'
  return said && (node.type === 'LogicalExpression' || node.type.startsWith('TS'))
}

function calls(node: Node, ...names: string[]): boolean {
  const callee = node.callee as Node
  const name = callee.type === 'MemberExpression' ? (callee.property as Node) : callee
  return name.type === 'Identifier' && names.includes(name.name as string)
}

function textOf(value: unknown, said: boolean): string[] {
  if (typeof value !== 'string' || value === '' || computing.has(value)) return []
  return said || readsLikeEnglish(value) ? [value] : []
}

/** Names of headers, encodings and errors look like words too. */
const computing = new Set(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ NFC NFKC NFKD EEXIST ENOENT EPIPE ECONNREFUSED ECONNRESET ETIMEDOUT ETLS SIGINT SIGTERM SIGKILL CannotCompose UTC GET POST PATCH DELETE HEAD ALL Allow Location Cookie Origin Purpose Vary Lax MB GB TB PB A AAAA CNAME MX TXT Innkeeper Invalid'.split(
    ' ',
  ),
)

const header = /^[A-Z][A-Za-z]+(-[A-Z][A-Za-z]+)+$/

const readsLikeEnglish = (text: string) =>
  /^[“{]?[A-Z“{][^\\^]*$/.test(text) && /[a-z]{2}|^[A-Z]+$/.test(text) && !header.test(text)

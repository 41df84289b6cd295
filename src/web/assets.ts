import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import type { Context } from 'hono'
import { NotFound } from '../errors.ts'
import { darkSheet } from './dark-sheet.ts'
import type { Env } from './env.ts'

const require = createRequire(import.meta.url)
const ours = join(import.meta.dirname, '../../public')

/** Only these files, each under a name that changes with its content (F-138). */
function files(): Record<string, Buffer> {
  const tabler = readFileSync(require.resolve('@tabler/core/dist/css/tabler.min.css'))
  return {
    'tabler.css': withoutMap(tabler),
    'tabler-dark.css': Buffer.from(darkSheet(tabler.toString())),
    'innkeeper.css': readFileSync(join(ours, 'innkeeper.css')),
    'innkeeper.js': readFileSync(join(ours, 'innkeeper.js')),
    'icons.svg': readFileSync(join(ours, 'icons.svg')),
    'innkeeper.svg': readFileSync(join(ours, 'innkeeper.svg')),
    'htmx.js': withoutMap(readFileSync(require.resolve('htmx.org/dist/htmx.min.js'))),
  }
}

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

interface Asset {
  type: string
  body: Buffer<ArrayBuffer>
  packed?: Promise<Buffer<ArrayBuffer>>
}

export interface Assets {
  /** address of a file: `url('htmx.js')` */
  url: (name: string) => string
  serve: (c: Context<Env>) => Response | Promise<Response>
}

export function loadAssets(): Assets {
  const urls = new Map<string, string>()
  const assets = new Map<string, Asset>()
  for (const [name, content] of Object.entries(files())) {
    const file = `${basename(name, extname(name))}-${digest(content)}${extname(name)}`
    urls.set(name, `/assets/${file}`)
    assets.set(file, { type: types[extname(name)]!, body: Buffer.from(content) })
  }

  return {
    url: (name) => urls.get(name) ?? unknown(name),
    serve: async (c) => {
      const asset = assets.get(c.req.param('file') ?? '')
      if (!asset) throw new NotFound()
      c.header('Content-Type', asset.type)
      c.header('Cache-Control', 'public, max-age=31536000, immutable')
      c.header('Vary', 'Accept-Encoding')
      if (!/\bbr\b/.test(c.req.header('Accept-Encoding') ?? '')) return c.body(asset.body)
      c.header('Content-Encoding', 'br')
      asset.packed ??= pack(asset.body)
      return c.body(await asset.packed)
    },
  }
}

const digest = (content: Buffer) =>
  createHash('sha256').update(content).digest('base64url').replaceAll(/[-_]/g, 'x').slice(0, 12)

/** Source maps are not served, so nothing may point at one. */
const withoutMap = (content: Buffer) =>
  Buffer.from(content.toString().replaceAll(/\/[/*]# sourceMappingURL=\S+( \*\/)?/g, ''))

/** Half a megabyte of style becomes 60 kB; done once, when first asked for. */
const pack = async (content: Buffer) => {
  const packed = await promisify(brotliCompress)(content, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 6 },
  })
  return Buffer.from(packed)
}

function unknown(name: string): never {
  throw new Error(`no such asset: ${name}`)
}

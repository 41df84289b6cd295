import { brotliDecompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { loadAssets } from '../../src/web/assets.ts'
import { darkSheet } from '../../src/web/dark-sheet.ts'
import { icons } from '../../src/web/icons.ts'
import { ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
const { url } = loadAssets()

test.each([
  ['tabler.css', 'text/css; charset=utf-8'],
  ['tabler-dark.css', 'text/css; charset=utf-8'],
  ['innkeeper.css', 'text/css; charset=utf-8'],
  ['innkeeper.svg', 'image/svg+xml'],
  ['icons.svg', 'image/svg+xml'],
  ['htmx.js', 'text/javascript; charset=utf-8'],
])('%s is served as %s, packed or not', async (name, type) => {
  const stranger = web.stranger()
  const plain = await stranger.get(url(name))
  const packed = await stranger.get(url(name), { 'Accept-Encoding': 'gzip, br' })
  const content = Buffer.from(await plain.arrayBuffer())

  expect([plain.status, plain.headers.get('Content-Type')]).toEqual([200, type])
  expect(packed.headers.get('Content-Encoding')).toBe('br')
  expect(brotliDecompressSync(Buffer.from(await packed.arrayBuffer()))).toEqual(content)
  expect(content.includes('sourceMappingURL')).toBe(false)
})

test('every icon is drawn', async () => {
  const sheet = await (await web.stranger().get(url('icons.svg'))).text()

  for (const icon of icons) expect(sheet).toContain(`<symbol id="${icon}"`)
})

describe('the dark sheet', () => {
  test('takes the rules of the dark theme and hangs them on the root', () => {
    const sheet = `@charset "UTF-8";:root{--a:1}
      [data-bs-theme=dark],[data-theme=dark]{--a:2;--b:url("data:image/svg+xml,%3csvg{}%3e")}
      [data-bs-theme=dark] .card,body[data-bs-theme=dark] .x{color:red}
      @media (min-width:1px){.a{b:c}[data-bs-theme=dark] .d{e:f}}
      @media print{.a{b:c}}`

    expect(darkSheet(sheet)).toBe(
      ':root{--a:2;--b:url("data:image/svg+xml,%3csvg{}%3e")}' +
        ':root .card{color:red}' +
        '@media (min-width:1px){:root .d{e:f}}',
    )
  })

  test('is small, and has Tabler’s colours in it', async () => {
    const sheet = await (await web.stranger().get(url('tabler-dark.css'))).text()

    expect(sheet).toContain('--tblr-body-bg')
    expect(sheet).not.toContain('data-bs-theme')
    expect(sheet.length).toBeLessThan(30_000)
  })
})

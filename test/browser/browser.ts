import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { AxeResults, RunOptions } from 'axe-core'
import { type Browser, type Page, chromium as playwright } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import type { Database } from '../../src/db/database.ts'
import { createApp, type Parts } from '../../src/web/app.ts'
import { createListener } from '../../src/web/listener.ts'
import { password } from '../support/cast.ts'
import { partsOf } from '../support/web.ts'
import { chromium } from './requirements.ts'

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const axeScript = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
)
const axeRules: RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  // Of what is right it need not keep a list.
  resultTypes: ['violations'],
  // Frames hold mails, which are not our pages.
  iframes: false,
}

export interface Look {
  /** JavaScript on? Every page must work either way. */
  js?: boolean
  width?: number
  dark?: boolean
}

/**
 * The panel on a free port and a Chromium to look at it, for the tests of one file:
 *
 *     const panel = browserPanel(db)
 *     await using visit = await panel.open({ js: false })
 *     await visit.signIn('rita')
 *     await visit.page.getByRole('link', { name: 'Plans' }).click()
 *     expect(await visit.violations()).toEqual([])
 *
 * `await using` fails the test when a page logged an error.
 */
export function browserPanel(db: () => Database, parts: Partial<Parts> = {}) {
  let browser: Browser
  let server: Server

  beforeAll(async () => {
    const app = createApp({ ...partsOf(db()), ...parts })
    server = createListener(app).listen(0, '127.0.0.1')
    await once(server, 'listening')
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    server?.closeAllConnections()
    server?.close()
  })

  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, open: (look: Look = {}) => open(browser, url(), look) }
}

export const launch = () => playwright.launch({ executablePath: chromium(), args: flags })

export async function open(
  browser: Browser,
  baseURL: string,
  { js = true, width = 1280, dark = false }: Look,
) {
  const context = await browser.newContext({
    baseURL,
    javaScriptEnabled: js,
    viewport: { width, height: 900 },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(30_000)
  const page = await context.newPage()
  const problems = watch(page)

  return {
    js,
    page,
    context,
    problems,

    async signIn(name: string, secret = password) {
      await page.goto('/login')
      await page.getByLabel('User name').fill(name)
      await page.getByLabel('Password').fill(secret)
      await page.getByRole('button', { name: 'Log in' }).click()
      await page.waitForURL((url) => url.pathname !== '/login')
    },

    /** What axe finds against WCAG 2.2 AA and good practice on the page as it is. */
    violations: () => violations(page),

    /** Into test/.screenshots, for people to look at; nobody does in CI. */
    async shoot(name: string) {
      if (process.env.CI === 'true') return
      await page.screenshot({
        path: join(
          import.meta.dirname,
          '../.screenshots',
          `${name}-${width}${dark ? '-dark' : ''}.png`,
        ),
        fullPage: true,
        // Hiding it leaves style attributes behind, which our policy then complains about.
        caret: 'initial',
      })
    },

    async [Symbol.asyncDispose]() {
      await context.close()
      if (problems.length > 0) throw new Error(`the pages logged:\n${problems.join('\n')}`)
    },
  }
}

/** How many pixels one would have to scroll sideways. */
export const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

/** Chromium logs a refused form (422) and a missing page (404) as errors; those are answers. */
function watch(page: Page): string[] {
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(`page error: ${error.message}`))
  page.on('console', (message) => {
    const expected = /status of 4(04|09|22|03)/.test(message.text())
    if (['error', 'warning'].includes(message.type()) && !expected) {
      problems.push(`${message.text()} (${message.location().url})`)
    }
  })
  return problems
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axeScript)
  const { violations } = await page.evaluate(
    (rules) => (window as unknown as { axe: Axe }).axe.run(rules),
    axeRules,
  )
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help} ${target} ${failureSummary}`),
  )
}

interface Axe {
  run(rules: RunOptions): Promise<AxeResults>
}

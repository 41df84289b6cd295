import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './support/longest-first.ts'

const shared = { root: join(import.meta.dirname, '..') }
/**
 * Each has its own databases, hosts and ports. One more than the two cores that we count on, for
 * they wait for databases, and two more where they wait for hosts and browsers.
 */
const maxWorkers = 3
const moreWorkers = 4
/** A condition comes true in its own time on a busy machine; the test's time limit is the real one. */
const expectations = { poll: { timeout: 30_000 } }

/** unit: database and rules · host: real Debian hosts · browser: Chromium, JavaScript on and off */
export default defineConfig({
  ...shared,
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.host.test.ts', 'test/**/*.browser.test.ts'],
          globalSetup: 'test/support/postgres.ts',
          maxWorkers,
          // Reading all modules anew for each file would take as long as the tests.
          isolate: false,
          expect: expectations,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'host',
          sequence: { groupOrder: 1 },
          include: ['test/**/*.host.test.ts'],
          globalSetup: ['test/support/postgres.ts', 'test/hosts/setup.ts'],
          maxWorkers: moreWorkers,
          isolate: false,
          expect: expectations,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'browser',
          sequence: { groupOrder: 2 },
          include: ['test/**/*.browser.test.ts'],
          globalSetup: 'test/support/postgres.ts',
          maxWorkers: moreWorkers,
          isolate: false,
          expect: expectations,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
})

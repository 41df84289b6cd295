import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const shared = { root: join(import.meta.dirname, '..') }

/** unit: database and rules · host: real Debian hosts · browser: Chromium, JavaScript on and off */
export default defineConfig({
  ...shared,
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.host.test.ts', 'test/**/*.browser.test.ts'],
          globalSetup: 'test/support/postgres.ts',
          testTimeout: 20_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'host',
          include: ['test/**/*.host.test.ts'],
          globalSetup: ['test/support/postgres.ts', 'test/hosts/setup.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'browser',
          include: ['test/**/*.browser.test.ts'],
          globalSetup: 'test/support/postgres.ts',
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
})

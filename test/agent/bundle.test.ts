import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { bundle } from '../../src/agent/bundle.ts'

const source = fileURLToPath(new URL('../../src/agent/bundle.ts', import.meta.url))

test('the agent is one small file that names its own version', async () => {
  const { text, version } = await bundle()
  expect(version).toMatch(/^[0-9a-f]{12}$/)
  expect(text).toContain(`"${version}"`)
  // all of zod instead of its small half would be half a million more (agent.md)
  expect(text.length).toBeLessThan(300_000)
  expect(text).not.toContain('esbuild')
  expect(text.match(/^import .* from "(?!node:)/m)).toBeNull()
})

test('its version does not depend on where the panel was started', async () => {
  const say = `import(${JSON.stringify(source)}).then(async (m) => console.log((await m.bundle()).version))`
  const elsewhere = execFileSync(process.execPath, ['-e', say], { cwd: '/', encoding: 'utf8' })
  expect(elsewhere.trim()).toBe((await bundle()).version)
})

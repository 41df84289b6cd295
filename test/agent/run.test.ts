import { describe, expect, test } from 'vitest'
import { clip } from '../../src/agent/clip.ts'
import { CommandFailed, must, run } from '../../src/agent/run.ts'
import { live } from '../contract/cast.ts'

describe('a command', () => {
  test('gets its words as they are, with no shell between', async () => {
    const words = ['$(touch CANARY)', '; id', '`id`', '*', "'", '"', '\n', '']
    const { stdout } = await run(['printf', '%s|', ...words])
    expect(stdout).toBe(words.map((word) => `${word}|`).join(''))
  })

  test('gets secrets on its input and nothing of our environment', async () => {
    expect((await run(['cat'], { input: 'secret' })).stdout).toBe('secret')
    const { stdout } = await run(['env'])
    expect(stdout.split('\n').filter(Boolean).sort()).toEqual([
      'LC_ALL=C',
      'PATH=/usr/sbin:/usr/bin:/sbin:/bin',
    ])
  })

  test('that fails says so with its own words', async () => {
    const failing = must(['sh', '-c', 'echo first >&2; echo last >&2; exit 3'])
    await expect(failing).rejects.toThrow('sh ended with 3: last')
    await expect(failing).rejects.toBeInstanceOf(CommandFailed)
  })

  test('that does not exist is no surprise', async () => {
    expect(await run(['no-such-program'])).toMatchObject({ code: 127 })
  })

  // F-145
  test('that takes too long is killed', async () => {
    expect(await run(['sleep', '60'], { timeout: 50 })).toMatchObject({ code: 128 })
  })

  test('that leaves something running is not waited for, and one that hangs dies with all it has', async () => {
    const started = performance.now()
    expect(await run(['sh', '-c', 'sleep 59 & echo said'])).toMatchObject({ stdout: 'said\n' })
    expect(await run(['sh', '-c', 'sleep 59 | cat'], { timeout: 50 })).toMatchObject({ code: 128 })
    expect(performance.now() - started).toBeLessThan(5000)
  })

  // F-153
  test('that does not stop talking is heard to a limit', async () => {
    const { stdout } = await run(['head', '--bytes', '10M', '/dev/zero'])
    expect(stdout.length).toBe(64 * 1024)
  })

  test('may end without reading its input', async () => {
    const { code } = await run(['true'], { input: 'x'.repeat(1_000_000) })
    expect(code).toBe(0)
  })
})

// F-70
describe('text for the panel', () => {
  test.each([
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b]0;title\u0007after', 'after'],
    ['bell\u0007 nul\u0000 rtl\u202e', 'bell nul rtl'],
    [`cato:${live().user.passwordHash}:19000`, 'cato:***:19000'],
    ['two\nlines\tand a tab', 'two\nlines\tand a tab'],
  ])('of %j is %j', (text, shown) => {
    expect(clip(text)).toBe(shown)
  })

  test('is cut', () => {
    expect(clip('x'.repeat(5000))).toHaveLength(4000)
  })
})

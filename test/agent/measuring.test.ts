import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sandboxSystem } from '../../src/agent/sandbox/system.ts'
import { measureDisk } from '../../src/agent/usage/disk.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'innkeeper-measuring-'))
})
afterEach(() => rmSync(root, { recursive: true }))

const record = (id: number) => ({
  ...{ id, generation: 1, state: 'active' },
  ...{ name: `cato${id}`, uid: 70_000 + id },
})
const who = {
  all: [record(1), record(2)],
  mailboxes: new Map([
    ['info@shop1.test', { subscription: 1, id: 10 }],
    ['info@shop2.test', { subscription: 2, id: 20 }],
  ]),
}

/** Home, web and mail of each of them take as much; undefined: more than can be counted. */
function measured(bytes: Record<string, number | undefined>, boxes: [string, number][]) {
  const bytesOf = async ([web = '']: string[]) => {
    const each = bytes[web.split('/')[2]!]
    return each === undefined ? undefined : [each, each, each]
  }
  const system = { ...sandboxSystem(root), bytesOf, mailboxBytes: async () => new Map(boxes) }
  return measureDisk({ root, real: false, system }, who)
}

// F-170
test('what is too much to be counted in time keeps its figure and the moment of it', async () => {
  const first = await measured({ cato1: 5000, cato2: 7000 }, [
    ['info@shop1.test', 300],
    ['info@shop2.test', 400],
  ])
  const second = await measured({ cato2: 8000 }, [['info@shop2.test', 500]])
  expect(second[1]).toEqual(first[1])
  expect(second[2]).toMatchObject({ home: 8000, mailboxes: [{ id: 20, bytes: 500 }] })

  const third = await measured({ cato1: 6000, cato2: 8000 }, [['info@shop2.test', 500]])
  expect(third[1]).toMatchObject({ home: 6000, mailboxes: [{ id: 10, bytes: 300 }] })
  const never = await measured({}, [])
  expect(never[1]).toEqual(third[1])
})

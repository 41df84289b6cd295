import { domainToASCII, domainToUnicode } from 'node:url'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { ownDatabase } from '../support/database.ts'

const db = ownDatabase()

async function spellings(names: string): Promise<string[]> {
  const [row] = await db().execute<{ both: string }>(sql`select both_spellings(${names}) as both`)
  return row!.both.split('\n')
}

// F-1
test.each([
  'bücher.example',
  'münchen.straße.test',
  'www.ñandú.example',
  'пример.испытание',
  '例え.テスト',
  'faß-und-größer-übung.de',
  'eine-sehr-lange-bezeichnung-für-ein-geschäft-in-düsseldorf.de',
  'עברית.test',
  'plain.example',
])('%s is found as it is read and as it is kept', async (name) => {
  const kept = domainToASCII(name)
  const read = domainToUnicode(kept)
  expect(read.length).toBeGreaterThan(0)
  expect(await spellings(kept)).toEqual(kept === read ? [kept] : [kept, read])
})

test('of several names in one text, and of addresses', async () => {
  expect(await spellings('info@xn--bcher-kva.example')).toEqual([
    'info@xn--bcher-kva.example',
    'info@bücher.example',
  ])
  expect(await spellings('a.test\nxn--bcher-kva.test\ncato')).toEqual([
    'a.test',
    'xn--bcher-kva.test',
    'cato',
    'a.test',
    'bücher.test',
    'cato',
  ])
})

// F-2
test.each(['xn--', 'xn--a', 'xn--999999999999', 'xn--a-\u00fc', 'xn--zzzzzzzzzzzzzzzzzzzzzzzzzz'])(
  '%s, which is no name, breaks nothing',
  async (name) => {
    expect((await spellings(name))[0]).toBe(name)
  },
)

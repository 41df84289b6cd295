import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { columnsOf, knownIn, namesIn } from '../../src/imports/column-fields.ts'
import { decoded, maxFileBytes } from '../../src/imports/decoding.ts'
import { maxRecords, parsed } from '../../src/imports/parsing.ts'
import { cell, uncell } from '../../src/web/csv.ts'
import { languages, translator } from '../../src/web/i18n.ts'

const t = translator('en')
const known = (header: string[]) => knownIn(header, t)
const read = (text: string) => parsed(text, known)
const bytes = (text: string, encoding: BufferEncoding = 'utf8') =>
  new Uint8Array(Buffer.from(text, encoding))

const anna = 'Name,E-mail\nÄnne,a@example.org\n'
const swapped = (text: string) => new Uint8Array(Buffer.from(`\uFEFF${text}`, 'utf16le').swap16())

// F-63
describe('a file is read whoever wrote it', () => {
  test.each([
    ['UTF-8', bytes(anna)],
    ['UTF-8 with its mark', bytes(`\uFEFF${anna}`)],
    ['UTF-16, little end first', bytes(`\uFEFF${anna}`, 'utf16le')],
    ['UTF-16, big end first', swapped(anna)],
    ['Latin-1', bytes(anna, 'latin1')],
  ])('%s', (_, file) => {
    expect(decoded(file)).toBe(anna)
  })

  test('what Windows adds to Latin-1', () => {
    expect(decoded(new Uint8Array([0x80, 0x20, 0x93]))).toBe('€ “')
  })

  test.each([
    [',', '\n'],
    [';', '\r\n'],
    ['\t', '\r'],
  ])('with %j between fields and %j between lines', (separator, end) => {
    const lines = [
      ['Name', 'Phone, or none', 'E-mail'],
      ['Änne "A" B', '1;2', 'a@b.test'],
      ['', '', ''],
    ]
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
    const text = lines.map((line) => line.map(quoted).join(separator)).join(end)

    expect(read(text)).toEqual({ header: lines[0], records: [{ line: 2, cells: lines[1] }] })
  })

  test('lines are counted as they stand in the file, also around breaks in a field', () => {
    const { records } = read('Name,E-mail\r\nA,1\r\n\r\n"B\r\nb\r\n",2\r\nC,3')

    expect(records.map(({ line }) => line)).toEqual([2, 4, 7])
    expect(records[1]!.cells[0]).toBe('B\nb\n')
  })
})

// F-63
describe('what is no list of customers is told plainly', () => {
  const refusal = (text: string) => {
    try {
      read(text)
    } catch (error) {
      return error
    }
  }

  test.each<[string, string, object]>([
    ['nothing', '', { message: 'This file is empty.' }],
    ['blank lines', '\n\n \n', {}],
    ['a header alone', 'Name,E-mail\n', { message: expect.stringContaining('nothing below') }],
    ['an open quote', 'Name,E-mail\nA,1\n"B,2\nC,3\n', { words: { line: 3 } }],
    ['a quote inside', 'Name,E-mail\nA,1\nB,x"2"\n', { words: { line: 3 } }],
    ['text after a quote', 'Name,E-mail\n"A"x,1\n', { words: { line: 2 } }],
    ['a gigantic field', `Name,E-mail\nA,${'x'.repeat(200_000)}\n`, { words: { line: 2 } }],
    ['100,000 columns', `${','.repeat(100_000)}Name\nA\n`, { words: { line: 1 } }],
    ['101 columns', `${','.repeat(100)}Name\nA\n`, { words: { count: 101, maximum: 100 } }],
    [
      'too many lines',
      `Name\n${'A\n'.repeat(maxRecords + 1)}`,
      { words: { count: maxRecords + 1 } },
    ],
  ])('%s', (_, text, told) => {
    expect(refusal(text)).toMatchObject({ name: 'Invalid', field: 'file', ...told })
  })

  test.each([
    ['more bytes than the page says', new Uint8Array(maxFileBytes + 1).fill(65)],
    ['a spreadsheet in its own form', bytes('PK\u0003\u0004\0\0')],
    ['half a character of UTF-16', new Uint8Array([0xff, 0xfe, 0x41, 0x00, 0x42])],
  ])('%s', (_, file) => {
    expect(() => decoded(file)).toThrow(/too large|not a text file/)
  })

  test('a row of a hundred thousand fields is a line like any other', () => {
    expect(read(`Name,E-mail\n${'x,'.repeat(100_000)}`).records[0]!.cells.length).toBe(100_001)
  })
})

describe('columns', () => {
  test('in any order, however written, in English and in the reader’s language', () => {
    const de = translator('de')
    const header = ['e_mail', 'TELEFONNUMMER', 'Name', 'Schuhgröße', 'Benutzername', 'Schuhgröße']

    expect(columnsOf(header, de)).toEqual({
      read: ['email', 'phone', 'name', null, 'login', null],
      unread: ['Schuhgröße'],
    })
  })

  test.each([[['Name', 'E-mail', 'name']], [['Name', 'E-mail', 'Phone', 'Contact number']]])(
    'two of a kind in %j are refused',
    (header) => {
      expect(() => columnsOf(header, t)).toThrow('is there twice')
    },
  )

  test('without a name or an address nobody is imported', () => {
    expect(() => columnsOf(['Login', 'Name'], t)).toThrow('not among them')
  })

  test.each(languages)('no name means two columns in %s', (language) => {
    const own = translator(language)
    const all = ['Name', 'Company', 'E-mail', 'Contact number', 'User name', 'Street', 'Postcode']
    const more = [
      'City',
      'Country',
      'Language',
      'Time zone',
      'Description',
      'Additional information',
    ]
    const last = ['Domain', 'Plan', 'Host', 'Status', 'Kind', 'Provider']
    const found = [...all, ...more, ...last].map((label) =>
      namesIn(own).get(
        own(label)
          .toLowerCase()
          .replaceAll(/[^\p{L}\p{N}]/gu, ''),
      ),
    )

    expect(new Set(found).size).toBe(found.length)
    expect(found).not.toContain(undefined)
  })
})

const text = fc
  .string({ unit: 'grapheme', maxLength: 30 })
  .map((one) => one.replaceAll(/\r\n?/g, '\n'))
const formula = fc
  .tuple(fc.constantFrom("'", "''", '=', '+', '-', '@', '\t', "'=", '＝'), text)
  .map(([start, rest]) => start + rest)

// F-63, F-68: what one of our own files says is what it was made from.
test('our own files are read back exactly', () => {
  const value = fc.oneof(text, formula)
  const rows = fc.array(fc.tuple(value, value, value), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(rows, (some) => {
      const filled = some.filter((row) => row.some((one) => cell(one) !== ''))
      fc.pre(filled.length > 0)
      const lines = [['Name', 'E-mail', 'City'], ...filled]
      const file = `\uFEFF${lines.map((line) => `${line.map(cell).join(',')}\r\n`).join('')}`
      const { records } = read(decoded(bytes(file)))

      expect(records.map(({ cells }) => cells.map(uncell))).toEqual(filled)
    }),
  )
})

test('no bytes are read into anything but a table or a plain refusal', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (some) => {
      try {
        read(decoded(new Uint8Array(some)))
      } catch (refusal) {
        expect(refusal).toMatchObject({ name: 'Invalid', field: 'file' })
      }
    }),
  )
})

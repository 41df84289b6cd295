import { expect, test } from 'vitest'
import { inWords, presentable } from '../../src/jobs/output.ts'

test.each([
  ['useradd: user shop exists', 'useradd: user shop exists'],
  ['password=Geheim7 x', 'password=[hidden] x'],
  ['"password": "a b", "x": 1', '"password": [hidden], "x": 1'],
  ['shop:$6$rounds=5000$abcdefgh$ijklmnopqrst:1', 'shop:[hash]:1'],
  ['$argon2id$v=19$m=19456,t=2,p=1$salt$hash end', '[hash] end'],
  ['Authorization: Bearer abcdefgh12345678', 'Authorization: Bearer [hidden]'],
  ['postgres://panel:geheim@db/x', 'postgres://panel:[hidden]@db/x'],
  [
    'a -----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY----- b',
    'a -----BEGIN OPENSSH PRIVATE KEY----- [key] b',
  ],
])('masks secrets: %s', (text, shown) => {
  expect(presentable(text)).toBe(shown)
})

// F-153, F-169
test('takes out what would confuse a terminal, a page or the database', () => {
  expect(presentable('\u001b[31mred\u001b[0m \u001b]0;title\u0007b\0\u0008c\r\nd\te\u202ef')).toBe(
    'red bc\nd\tef',
  )
})

test('is no longer than allowed, however much comes', () => {
  expect(presentable('x'.repeat(10_000_000))).toHaveLength(4000)
  expect(presentable('x'.repeat(4000))).toBe('x'.repeat(4000))
})

test('tells of a failed query without its parameters', () => {
  const error = new Error('Failed query: insert …\nparams: $argon2id$secret', {
    cause: new Error('value too long'),
  })
  expect(inWords(error)).toBe('value too long')
  expect(inWords(new Error('Plain'))).toBe('Plain')
  expect(inWords('text')).toBe('text')
})

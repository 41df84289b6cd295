import { describe, expect, it } from 'vitest'
import { Message } from '../../src/contract/messages.ts'
import { SetupDocument } from '../../src/contract/setup.ts'

const step = { type: 'step', id: 'r1', step: 'Users', ms: 12.5, ok: true }
const subscription = {
  id: 1,
  generation: 3,
  ok: true,
  changed: ['vhost'],
  errors: [],
  shortfalls: [],
  facts: null,
}
const result = {
  type: 'result',
  id: 'r1',
  ok: true,
  subscriptions: [subscription],
  errors: [],
  reloaded: ['nginx'],
  ms: 120,
}
const accepts = (value: unknown) => Message.safeParse(value).success

// F-70, F-153, F-169
describe('a message from a host', () => {
  it('is believed as far as it is known', () => {
    expect(Message.parse({ ...step, mood: 'good' })).toEqual(step)
    expect(accepts(result)).toBe(true)
    expect(accepts({ type: 'gossip', id: 'r1' })).toBe(false)
  })

  it.each([
    ['a step', { ...step, step: 'x'.repeat(256) }],
    ['its output', { ...step, output: 'x'.repeat(4001) }],
    ['a farewell', { type: 'bye', reason: 'x'.repeat(256) }],
    ['a change', { ...result, subscriptions: [{ ...subscription, changed: ['x'.repeat(256)] }] }],
    ['an error', { ...result, errors: [{ code: 'failed', text: 'x'.repeat(4001) }] }],
  ])('is not believed when %s is too long', (_, message) => {
    expect(accepts(message)).toBe(false)
  })

  it.each([
    ['a negative time', { ...step, ms: -1 }],
    ['a time that is no number', { ...step, ms: Number.NaN }],
    ['an id that cannot be ours', { ...step, id: '../1' }],
    ['a fractional subscription', { ...step, subscription: 1.5 }],
    ['another error code', { ...result, errors: [{ code: 'fine', text: '' }] }],
    [
      'a property that cannot be a key',
      {
        ...result,
        subscriptions: [
          {
            ...subscription,
            shortfalls: [{ property: '__proto__', wanted: 'a', available: 'b', remedy: 'c' }],
          },
        ],
      },
    ],
  ])('is not believed with %s', (_, message) => {
    expect(accepts(message)).toBe(false)
  })
})

// F-55
describe('the key that setup takes', () => {
  const key = `ssh-ed25519 ${'A'.repeat(68)}`
  it('is one bare ed25519 key', () => {
    expect(SetupDocument.safeParse({ publicKey: key }).success).toBe(true)
    for (const wrong of [`${key} comment`, `${key}\n${key}`, `from="*" ${key}`, `${key}\n`, ''])
      expect(SetupDocument.safeParse({ publicKey: wrong }).success, wrong).toBe(false)
  })
})

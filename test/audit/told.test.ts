import { expect, test } from 'vitest'
import { systemNames } from '../../src/audit/actor.ts'
import { told } from '../../src/audit/told-fields.ts'
import { formats, translator } from '../../src/web/i18n.ts'

const GB = 1024 ** 3
const reader = (language: string) => ({
  t: translator(language),
  show: formats(language, 'Europe/Rome'),
})

// Issue 4, 9: old → new in words, units by locale
test.each([
  [
    { values: { from: { disk: GB, php: true }, to: { disk: 1.5 * GB, php: true } } },
    'Disk space: 1 GB → 1.5 GB',
  ],
  [{ php: { from: true, to: false } }, 'PHP: Yes → No'],
  [{ traffic: { from: 2048 * GB, to: 'unlimited' } }, 'Traffic: 2 TB → Unlimited'],
  [{ shell: { from: 'off', to: 'limited' } }, 'SSH access: Off → Limited shell'],
  [{ overuseNotice: { from: 80, to: 90 } }, 'Notify at: 80% → 90%'],
  [{ virusScan: { from: 'plan', to: 'on' } }, 'E-mail virus scan: Plan default → On'],
  [{ forwardTo: { from: [], to: ['a@b.test', 'c@d.test'] } }, 'Forward to:  → a@b.test, c@d.test'],
  [{ expiresOn: { to: '2026-12-31' } }, 'Expiration date:  → Dec 31, 2026'],
  [{ validUntil: { to: '2026-12-31T23:30:00.000Z' } }, 'Valid until:  → Jan 1, 2027, 12:30 AM'],
  [{ 'smtp.host': { from: 'a.test', to: 'b.test' } }, 'Mail server: a.test → b.test'],
  // 8,142 is no port
  [{ 'smtp.port': { from: 25, to: 8142 } }, 'Port: 25 → 8142'],
  [{ locked: { from: false, to: true } }, 'Locked: No → Yes'],
])('%j is told as people say it', (changes, sentence) => {
  const lines = told(reader('en'), changes).map(({ name, from, to }) => `${name}: ${from} → ${to}`)
  expect(lines).toEqual([sentence])
})

test('in the reader’s language, with its numbers', () => {
  const [change] = told(reader('de'), { disk: { from: GB, to: 1.5 * GB } })
  expect(change).toEqual({ name: 'Festplattenspeicher', from: '1 GB', to: '1,5 GB' })
})

test('what the system did by itself is said in the reader’s language, people by their name', () => {
  const { show } = reader('de')
  expect(Object.keys(systemNames).map(show.doer)).toEqual([
    'Zeitplan',
    'Kommandozeile',
    'Erster Start',
    'Vergessenes Passwort',
  ])
  expect(show.doer('rita')).toBe('rita')
})

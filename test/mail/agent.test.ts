import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { sandboxAgent } from '../../src/agent/sandbox.ts'
import { mailLines, merge } from '../../src/agent/services/mail-lines.ts'
import { unscannedText } from '../../src/agent/services/virus-scan.ts'
import { numbered } from '../contract/cast.ts'
import { mailbox, mailingList, withMail } from './cast.ts'

const folder = mkdtempSync(join(tmpdir(), 'innkeeper-sandbox-'))
afterAll(() => rmSync(folder, { recursive: true }))

// S-53: the milter starts anew for each other text, so it does not stand there address by address
test('who is not scanned stands there by his domain, where nobody in it is', () => {
  const text = (scan: boolean) =>
    unscannedText(
      merge([
        mailLines(
          withMail(1, [
            mailbox(1, 'info@shop1.test', { aliases: ['a.b@shop1.test'] }),
            mailbox(2, 'cato@shop1.test', { virusScan: scan }),
          ]),
        ),
        mailLines(withMail(2, [], [mailingList(1, 'news@shop2.test')])),
        mailLines(withMail(3, [mailbox(3, 'info@shop3.test', { virusScan: true })])),
      ]),
    )
  expect(text(false)).toBe('To:<[^@>]*@shop1\\.test>\nTo:<[^@>]*@shop2\\.test>\n')
  expect(text(true).split('\n')).toEqual([
    'To:<[^@>]*@shop2\\.test>',
    'To:<info\\(+.*\\)\\{0,1\\}@shop1\\.test>',
    'To:<a\\.b\\(+.*\\)\\{0,1\\}@shop1\\.test>',
    '',
  ])
})

// P-49: what a plan sells and no host has is a conflict, not a silence
test('a spam filter in the plan is told of, for no host has one', async () => {
  const agent = sandboxAgent(folder)
  const promised = { disk: null, perl: false, cgi: false, virusScan: false }
  const { subscriptions } = await agent.apply([
    numbered(1, { promised }),
    numbered(2, { promised: { ...promised, spamFilter: true } }),
  ])
  expect(subscriptions.map(({ shortfalls }) => shortfalls)).toMatchObject([
    [],
    [
      {
        ...{ property: 'spamFilter', wanted: 'on', available: 'off' },
        said: { code: 'noSpamFilter' },
      },
    ],
  ])
})

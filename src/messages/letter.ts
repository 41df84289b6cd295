import { convert } from 'html-to-text'
import { clean } from './clean.ts'
import type { Written } from './texts/texts.ts'
import { fillHtml, fillLine, type Words } from './words.ts'

/** What somebody reads. */
export interface Letter {
  subject: string
  /** a whole document */
  html: string
  plain: string
}

/** Longer ones are cut; no reader shows them whole, and some servers refuse long headers. */
const longestSubject = 250

/**
 * Cleaned after the words are in, so that no name or text in a link can be anything but a link.
 *
 * @param raw words that are HTML already
 */
export function letter(
  written: Written,
  words: Words,
  language: string,
  raw: readonly string[] = [],
): Letter {
  const body = clean(fillHtml(written.html, words, raw))
  return {
    subject: [...fillLine(written.subject, words)].slice(0, longestSubject).join(''),
    html: whole(body, language),
    plain: plain(body),
  }
}

const whole = (body: string, language: string) => `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head>
<body style="margin:0;padding:24px;font-family:sans-serif;font-size:16px;line-height:1.5;color:#1f2937;background:#ffffff">
<div style="max-width:600px">
${body}
</div>
</body></html>
`

const plain = (body: string) =>
  convert(body, {
    wordwrap: 76,
    selectors: [
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true, linkBrackets: ['<', '>'] } },
      { selector: 'img', format: 'skip' },
      ...['h1', 'h2', 'h3', 'h4'].map((selector) => ({ selector, options: { uppercase: false } })),
    ],
  })

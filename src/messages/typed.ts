import { clean } from './clean.ts'

/** What somebody typed as HTML, cleaned; without any tag it is plain text, in paragraphs. */
export const typedHtml = (typed: string): string =>
  clean(/<[a-z!/]/i.test(typed) ? typed : paragraphs(typed))

const paragraphs = (text: string) =>
  text
    .trim()
    .split(/\n\s*\n/)
    .map((lines) => `<p>${lines.replaceAll('\n', '<br>')}</p>`)
    .join('\n')

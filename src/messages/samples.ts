import { type SecretsOf, type TemplateName, templates, type WordsOf } from './catalogue.ts'

const words: Record<string, string | number> = {
  login: 'cato',
  formerLogin: 'cato.old',
  hours: 24,
  minutes: 60,
  text: 'The invoice of last month is open.',
  domain: 'example.org',
  property: 'Disk space',
  used: '12 GB',
  limit: '10 GB',
}

const secrets: Record<string, string> = {
  link: 'https://panel.example/password/sample',
  password: 'a-sample-password',
}

/** What a template is filled with to be looked at, and for a test mail. */
export function sampleWords<Name extends TemplateName>(name: Name): WordsOf<Name> {
  const soon = new Date(Date.now() + 30 * 86_400_000)
  const kinds: Record<string, string> = templates[name].words
  return Object.fromEntries(
    Object.entries(kinds).map(([word, kind]) => [word, kind === 'day' ? soon : words[word]]),
  ) as WordsOf<Name>
}

export const sampleSecrets = <Name extends TemplateName>(name: Name): SecretsOf<Name> =>
  Object.fromEntries(
    (templates[name].secrets as readonly string[]).map((word) => [word, secrets[word]]),
  ) as SecretsOf<Name>

/** Of a `message`. */
export const sampleTyped = {
  subject: 'New prices',
  html: '<p>From May on all disks are larger.</p>',
}

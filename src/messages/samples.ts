import { type SecretsOf, type TemplateName, templates, type WordsOf } from './catalogue.ts'

const words: Record<string, string | number> = {
  login: 'cato',
  formerLogin: 'cato.old',
  hours: 24,
  minutes: 60,
  text: 'The invoice of last month is open.',
  domain: 'example.org',
  property: 'disk',
  used: 12 * 1024 ** 3,
  limit: 10 * 1024 ** 3,
  percent: 120,
  left: 7,
  email: 'cato.new@example.org',
  day: '2027-01-31',
}

const secrets: Record<string, string> = {
  link: 'https://panel.example/password/sample',
  password: 'a-sample-password',
}

/** What a template is filled with to be looked at, and for a test mail. */
export function sampleWords<Name extends TemplateName>(name: Name): WordsOf<Name> {
  return Object.fromEntries(
    Object.keys(templates[name].words).map((word) => [word, words[word]]),
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

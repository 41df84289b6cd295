const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']

/** Groups of countries, places without people of their own, and codes for testing. */
const noCountries = new Set('AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ'.split(' '))

/** ISO 3166-1 alpha-2 codes in use, as this Node knows them; former countries are left out. */
export const countryCodes: readonly string[] = letters
  .flatMap((first) => letters.map((second) => first + second))
  .filter((code) => !noCountries.has(code) && isCurrent(code))

function isCurrent(code: string): boolean {
  const known = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' }).of(code)
  return known !== undefined && new Intl.Locale(`und-${code}`).region === code
}

/** By name, as the reader's language calls and sorts them. */
export function countryNames(language: string): { code: string; name: string }[] {
  const names = new Intl.DisplayNames(language, { type: 'region' })
  const { compare } = new Intl.Collator(language)
  return countryCodes
    .map((code) => ({ code, name: names.of(code) ?? code }))
    .sort((a, b) => compare(a.name, b.name))
}

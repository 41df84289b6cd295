import { and, eq } from 'drizzle-orm'
import type { Db } from '../db/database.ts'
import { Invalid } from '../errors.ts'
import { settings } from '../settings/schema.ts'
import { isCommon } from './common-passwords.ts'

/** twelve unless the settings say otherwise, which they may from 8 to 64. */
const usualMinimum = 12
/** Room for any sentence, and hashing time stays bounded (F-41). */
export const maximumLength = 256

/** @throws Invalid with the reason; `names` are the person's own, which are guessed first */
export async function requireGoodPassword(
  db: Db,
  field: string,
  password: string,
  names: readonly string[],
) {
  const minimum = await minimumLength(db)
  const length = [...password.normalize('NFKC')].length
  if (length < minimum) {
    throw new Invalid(field, 'Use at least {minimum} characters.', { minimum })
  }
  if (length > maximumLength) {
    throw new Invalid(field, 'Use at most {maximum} characters.', { maximum: maximumLength })
  }
  if (/\p{Cc}/u.test(password)) {
    throw new Invalid(field, 'Use characters that can be typed.')
  }
  if (new Set(password).size < 4) {
    throw new Invalid(field, 'Use more than a few different characters.')
  }
  if (contains(password, [...names, 'innkeeper'])) {
    throw new Invalid(field, 'Do not build it around your own name or the panel’s.')
  }
  if (await isCommon(password)) {
    throw new Invalid(field, 'This password is on the lists that attackers try first.')
  }
}

/** In characters. */
export async function minimumLength(db: Db): Promise<number> {
  const [row] = await db
    .select({ value: settings.value })
    .from(settings)
    .where(and(eq(settings.accountId, 0), eq(settings.name, 'passwordMinimum')))
  const value = Number(row?.value ?? usualMinimum)
  return Number.isInteger(value) ? Math.min(Math.max(value, 8), 64) : usualMinimum
}

/** A name of three letters is in many honest passwords; only what is left around it counts. */
const contains = (password: string, names: readonly string[]) =>
  names.some((name) => {
    const [bare, secret] = [letters(name), letters(password)]
    return bare.length >= 3 && secret.includes(bare) && secret.length - bare.length < 6
  })

const letters = (text: string) => text.toLowerCase().replaceAll(/[^\p{L}]/gu, '')

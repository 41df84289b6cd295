import { z } from 'zod'

/**
 * The types of form fields. Text comes in, checked values go out; nothing is guessed: an empty
 * field is never 0 (F-27), a number is digits and nothing else (F-29, F-30).
 */

const missing = 'Required'
const single = z.string({
  error: ({ input }) => (input === undefined ? missing : 'Give this once only.'),
})

/** NFC, no space at the ends (F-22). */
const trimmed = single.transform((text) => text.normalize('NFC').trim())

/** C0 and C1 controls, line and paragraph separators, direction overrides (F-7). */
const invisible = /[\p{Cc}\u2028\u2029\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/u

/** One line of text, required. `max` in characters. */
export const line = (max: number) => trimmed.pipe(lineOf(max).min(1, missing))

/** One line of text that may be empty. */
export const optionalLine = (max: number) => trimmed.pipe(lineOf(max))

const lineOf = (max: number) =>
  z
    .string()
    .max(max, 'Use at most {maximum} characters.')
    .refine((text) => !invisible.test(text), 'Use characters that can be seen, on one line.')

/** Text of many lines, may be empty. `maxBytes` as stored; what is typed stays in the form (F-71). */
export const text = (maxBytes: number) =>
  single
    .transform((typed) => typed.normalize('NFC').replaceAll(/\r\n?/g, '\n').trim())
    .pipe(
      z
        .string()
        .refine((typed) => Buffer.byteLength(typed) <= maxBytes, {
          error: 'This is too long: at most {maximum} bytes.',
          params: { maximum: maxBytes },
        })
        .refine(
          (typed) => !invisible.test(typed.replaceAll(/[\n\t]/g, '')),
          'Use characters that can be seen.',
        ),
    )

const digits = z
  .string()
  .min(1, missing)
  .regex(/^[0-9]+$/, 'Give a whole number: digits only, no point and no comma.')

/** Digits only, no sign, point or comma (S-10). */
export const wholeNumber = ({ min = 0, max = 2_147_483_647 } = {}) =>
  trimmed.pipe(digits.pipe(inRange(min, max, 1)))

const inRange = (min: number, max: number, step: number) =>
  z
    .string()
    .refine((typed) => typed.length <= 30 && BigInt(typed) <= max, {
      error: 'The largest is {maximum}.',
      params: { maximum: max },
      abort: true,
    })
    .refine((typed) => BigInt(typed) >= min, {
      error: 'The smallest is {minimum}.',
      params: { minimum: min },
      abort: true,
    })
    .transform((typed) => Number(typed) * step)

/** 1 PB; in the unit people type. */
const most = {
  bytes: 1_073_741_824,
  count: 1_000_000_000,
  'kbit/s': 100_000_000,
  seconds: 315_360_000,
}
const stepOf = { bytes: 1_048_576, count: 1, 'kbit/s': 1, seconds: 1 }

/**
 * A limit: a whole number, or the box "Unlimited" beside it, which has the same name and the value
 * `unlimited`. Bytes are typed in MB and come out as bytes (F-34).
 */
export const limitOf = (unit: keyof typeof most) =>
  z
    .union([z.string(), z.tuple([z.string(), z.literal('unlimited')])], {
      error: ({ input }) => (input === undefined ? missing : 'Give this once only.'),
    })
    .transform((typed) => (Array.isArray(typed) ? typed[1] : typed.trim()))
    .pipe(z.union([z.literal('unlimited'), z.string()]))
    .transform((typed, context): number | 'unlimited' => {
      if (typed === 'unlimited') return typed
      const result = digits.pipe(inRange(0, most[unit], stepOf[unit])).safeParse(typed)
      if (result.success) return result.data
      for (const issue of result.error.issues)
        context.issues.push({ ...issue, input: typed } as never)
      return z.NEVER
    })

/** Browsers send nothing for an empty box. */
export const checkbox = () =>
  z
    .literal('on', 'This box is either on or off.')
    .optional()
    .transform((value) => value === 'on')

/** None checked is none, never all (F-83). */
export const checkboxes = <const T extends readonly string[]>(options: T) =>
  z
    .union([z.string().transform((one) => [one]), z.array(z.string())])
    .optional()
    .transform((chosen) => [...new Set(chosen ?? [])])
    .pipe(z.array(z.enum(options, 'Choose from the list.')))

export const oneOf = <const T extends readonly string[]>(options: T) =>
  single.pipe(z.enum(options, 'Choose from the list.'))

/** The number of an object, as addresses and selects carry it. */
export const reference = () =>
  single.pipe(
    z
      .string()
      .regex(/^[1-9][0-9]{0,14}$/, 'Choose from the list.')
      .transform(Number),
  )

/** An empty choice is none. */
export const optionalReference = () =>
  single.pipe(
    z
      .string()
      .regex(/^([1-9][0-9]{0,14})?$/, 'Choose from the list.')
      .transform((typed) => (typed === '' ? null : Number(typed))),
  )

/** Like `line`, in lower case: a user name, often the same as the e-mail (M-7). */
export const loginName = () =>
  trimmed
    .transform((typed) => typed.toLowerCase())
    .pipe(
      z
        .string()
        .min(1, missing)
        .regex(
          /^[a-z0-9][a-z0-9._@+-]{2,63}$/,
          'Use 3 to 64 characters: letters a to z, digits, and . _ @ + -, starting with a letter or digit.',
        ),
    )

/** Only what every password must be; the policy is a rule of its own (auth/password-policy.ts). */
export const newPassword = () =>
  single.pipe(
    z
      .string()
      .min(1, missing)
      .refine((typed) => typed.trim() !== '', missing),
  )

/** A password that is compared, not stored. */
export const currentPassword = () => single.pipe(z.string().min(1, missing))

/** As long as RFC 5321 lets its parts be (F-59); plain addresses only. */
export const email = () =>
  trimmed.pipe(
    z
      .string()
      .min(1, missing)
      .max(254, 'Use at most {maximum} characters.')
      .refine((typed) => z.email().safeParse(typed).success && typed.lastIndexOf('@') <= 64, {
        error: 'Give an e-mail address such as name@example.org.',
      }),
  )

/** What lists are searched for (F-40). */
export const search = () => optionalLine(100)

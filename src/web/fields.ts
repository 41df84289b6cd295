import { z } from 'zod'
import { wholeNumber as readNumber } from '../plans/whole-number.ts'

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

/** Digits only, with a sentence for each way of getting it wrong (S-10, F-27 to F-32). */
export const wholeNumber = ({ min = 0, max = 2_147_483_647 } = {}) =>
  single.transform((typed, context) => {
    const read = readNumber(typed, { least: min, most: max })
    if (read.ok) return read.value
    context.addIssue({ code: 'custom', message: read.sentence, params: read.words })
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
        .min(1, { error: missing, abort: true })
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
      .min(1, { error: missing, abort: true })
      .refine((typed) => typed.trim() !== '', missing),
  )

/** A password that is compared, not stored. */
export const currentPassword = () => single.pipe(z.string().min(1, missing))

/** As long as RFC 5321 lets its parts be (F-59); plain addresses only. */
export const email = () =>
  trimmed.pipe(
    z
      .string()
      .min(1, { error: missing, abort: true })
      .max(254, 'Use at most {maximum} characters.')
      .refine((typed) => z.email().safeParse(typed).success && typed.lastIndexOf('@') <= 64, {
        error: 'Give an e-mail address such as name@example.org.',
      }),
  )

/** A day of the calendar, as `<input type="date">` writes it: `2026-11-20`. */
export const day = () => single.pipe(z.iso.date('Choose a day.'))

/** What lists are searched for (F-40). */
export const search = () => optionalLine(100)

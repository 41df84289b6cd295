export type Read =
  | { ok: true; value: number }
  | { ok: false; sentence: string; words?: Record<string, number> }

/**
 * A number as a person typed it: plain digits, nothing guessed (S-10 to S-18, F-27 to F-32). `Number()`
 * would take `1e3`, `0x10` and an empty field, `parseInt` the 1 of `1.000`.
 */
export function wholeNumber(text: string, bounds: { least: number; most: number }): Read {
  const typed = text.trim()
  if (typed === '') return { ok: false, sentence: bounds.least > 0 ? required : requiredOrNone }
  for (const [wrong, sentence] of mistakes) if (wrong.test(typed)) return { ok: false, sentence }

  const value = Number(typed)
  if (value > bounds.most) return refused('At most {most} is possible.', { most: bounds.most })
  if (value < bounds.least) return refused('At least {least} is needed.', { least: bounds.least })
  return { ok: true, value }
}

const required = 'Required: enter a whole number.'
const requiredOrNone = 'Required: enter a whole number. 0 means none.'

/** From the plainest to the oddest; what is left after them is digits. */
const mistakes: [RegExp, string][] = [
  [/^[-−–][0-9]+$/, 'Not below 0.'],
  [/^[-+]?[0-9]*[.,][0-9.,]*$/, 'Whole numbers only, without a point or comma.'],
  [/^[0-9]+(?:[\s_'’][0-9]+)+$/, 'Write the number without spaces or separators, like 1000.'],
  [/^[0-9]+e[0-9]+$|^0[xob][0-9a-f]+$/i, 'Write the number out in digits, like 1000.'],
  [/^[0-9]+\s*[a-z%]+(?:\/s)?$/i, 'Only the number, without a unit.'],
  [/[^0-9]/, 'Digits from 0 to 9 only.'],
]

const refused = (sentence: string, words: Record<string, number>): Read => ({
  ok: false,
  sentence,
  words,
})

/** `%typed%` for `like`, with what was typed taken literally (F-39). */
export const anywhere = (typed: string): string =>
  `%${typed.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`

/** What was typed, when it can be the number of something (M-6). */
export const asNumber = (typed: string): number | undefined =>
  /^[1-9][0-9]{0,14}$/.test(typed) ? Number(typed) : undefined

/** `typed%` for `like`, likewise. */
export const startingWith = (typed: string): string => anywhere(typed).slice(1)

/**
 * What an agent tells people, apart from the words it says it in: the panel says the sentence of that
 * code in its reader's language and fills it with `words`.
 */
export interface Said {
  code: string
  words: Record<string, string>
}

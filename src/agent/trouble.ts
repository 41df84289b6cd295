import { type Code, type Said, say, type Told } from '../contract/said.ts'

/** An error that people are told of in their own language. */
export function trouble(code: Code, words: Record<string, string | number> = {}): Error {
  const { text, said } = say(code, words)
  return Object.assign(new Error(text), { said })
}

/** What an error or a sentence of ours is made of; undefined for the words of other programs. */
export function saidBy(error: unknown): Said | undefined {
  return typeof error === 'object' && error !== null && 'said' in error
    ? (error as Told).said
    : undefined
}

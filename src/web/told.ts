import { type Code, type Said, sentences } from '../contract/said.ts'
import type { Translate } from './i18n.ts'

/**
 * What a host said, in the reader's language; `otherwise` where it said it in no code, or in one that
 * this panel is too old for.
 */
export function told(t: Translate, said: Said | null, otherwise: string): string {
  if (!said || !Object.hasOwn(sentences, said.code)) return otherwise
  return t(sentences[said.code as Code], said.words)
}

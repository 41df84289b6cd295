import type { Db } from '../db/database.ts'
import { systemSettings } from '../settings/reading.ts'
import { isTemplate } from './catalogue.ts'
import { type Letter, letter } from './letter.ts'
import { typedIn, wording } from './reading.ts'
import type { Message } from './schema.ts'
import { spelled, type Words } from './words.ts'

export const mask = '••••••••'

/**
 * A message as its reader gets it, and as anybody else may see it.
 *
 * @param secrets its sealed words in the clear, or what is shown in their place
 */
export async function written(
  db: Db,
  message: Pick<Message, 'template' | 'language' | 'providerId' | 'words' | 'toName' | 'mailingId'>,
  sender: { name: string },
  secrets: Record<string, string>,
): Promise<{ open: Letter; masked: Letter }> {
  const system = await systemSettings(db)
  const language = message.language ?? system.language
  const { template } = message
  if (!isTemplate(template)) throw new Error(`There is no template ${template}.`)
  const [text, typed] = await Promise.all([
    wording(db, message.providerId, template, language),
    typedIn(db, message),
  ])
  const words: Words = {
    ...spelled(template, message.words, language),
    ...typed,
    name: message.toName,
    panel: system.name,
    address: system.baseAddress ?? '',
    sender: sender.name,
  }
  const masked = Object.fromEntries(Object.keys(secrets).map((word) => [word, mask]))
  return {
    open: letter(text, { ...words, ...secrets }, language, ['message']),
    masked: letter(text, { ...words, ...masked }, language, ['message']),
  }
}

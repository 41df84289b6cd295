import { and, desc, eq, inArray } from 'drizzle-orm'
import type { Db } from '../db/database.ts'
import { systemId } from '../settings/reading.ts'
import type { TemplateName } from './catalogue.ts'
import { type Message, mailings, messageTemplates } from './schema.ts'
import { mailLanguage, texts, type Written } from './texts/texts.ts'

export interface Wording extends Written {
  /** whose words: a provider's number, 0 the system's; null: built in */
  from: number | null
}

/** What a template says in this language: the provider's words, else the system's, else our own. */
export async function wording(
  db: Db,
  providerId: number | null,
  name: TemplateName,
  language: string,
): Promise<Wording> {
  const known = mailLanguage(language)
  const [own] = await db
    .select()
    .from(messageTemplates)
    .where(
      and(
        inArray(messageTemplates.accountId, [systemId, providerId ?? systemId]),
        eq(messageTemplates.name, name),
        eq(messageTemplates.language, known),
      ),
    )
    .orderBy(desc(messageTemplates.accountId))
    .limit(1)
  return own
    ? { subject: own.subject, html: own.html, from: own.accountId }
    : { ...texts[known][name], from: null }
}

/** What somebody typed to be sent. */
export async function typedIn(db: Db, { mailingId }: Pick<Message, 'mailingId'>) {
  if (mailingId === null) return undefined
  const [mailing] = await db.select().from(mailings).where(eq(mailings.id, mailingId))
  return mailing && { subject: mailing.subject, message: mailing.html }
}

import { and, eq, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import { mayChange } from '../audit/roles.ts'
import type { Database, Db, Transaction } from '../db/database.ts'
import { Forbidden, Invalid, Stale } from '../errors.ts'
import { systemId } from '../settings/reading.ts'
import { type TemplateName, templates } from './catalogue.ts'
import { clean } from './clean.ts'
import { messageTemplates } from './schema.ts'
import type { MailLanguage, Written } from './texts/texts.ts'
import { unknownWords, usedWords, wordsOf } from './words.ts'

/** An admin writes for all who have not written their own. */
export const writerOf = ({ kind, accountId }: Actor): number =>
  kind === 'admin' ? systemId : accountId

export const mayWriteTemplates = (actor: Actor): boolean =>
  actor.kind !== 'customer' && mayChange(actor, 'hosting')

/** The provider's own text, if it has one. */
export async function ownTemplate(
  db: Db,
  accountId: number,
  name: TemplateName,
  language: MailLanguage,
) {
  const [own] = await db
    .select()
    .from(messageTemplates)
    .where(which(accountId, name, language))
  return own
}

/**
 * @param seen version of the own text that the form was drawn from, 0: there was none
 * @throws {Invalid} naming the words that cannot stand there, or must; {Stale} (F-73)
 */
export async function saveTemplate(
  db: Database,
  actor: Actor,
  name: TemplateName,
  language: MailLanguage,
  text: Written,
  seen: number,
): Promise<void> {
  check(name, text)
  const html = clean(text.html)
  await changeLocked(db, actor, name, language, seen, async (tx, accountId) => {
    await tx
      .insert(messageTemplates)
      .values({ accountId, name, language, subject: text.subject, html })
      .onConflictDoUpdate({
        target: [messageTemplates.accountId, messageTemplates.name, messageTemplates.language],
        set: {
          ...{ subject: text.subject, html },
          version: sql`${messageTemplates.version} + 1`,
          changedAt: sql`now()`,
        },
      })
    return { subject: text.subject, html }
  })
}

/** Back to the text that holds for whoever has none of their own. */
export async function dropTemplate(
  db: Database,
  actor: Actor,
  name: TemplateName,
  language: MailLanguage,
  seen: number,
): Promise<void> {
  await changeLocked(db, actor, name, language, seen, async (tx, accountId) => {
    await tx.delete(messageTemplates).where(which(accountId, name, language))
    return undefined
  })
}

async function changeLocked(
  db: Database,
  actor: Actor,
  name: TemplateName,
  language: MailLanguage,
  seen: number,
  change: (tx: Transaction, accountId: number) => Promise<Written | undefined>,
) {
  if (!mayWriteTemplates(actor)) {
    throw new Forbidden('With this login you can look, but not change.')
  }
  const accountId = writerOf(actor)
  await db.transaction(async (tx) => {
    await tx.execute(
      sql`select pg_advisory_xact_lock(hashtext(${`template ${accountId} ${name} ${language}`}))`,
    )
    const old = await ownTemplate(tx, accountId, name, language)
    if ((old?.version ?? 0) !== seen) {
      throw new Stale('Somebody else has changed this text meanwhile.')
    }
    const text = await change(tx, accountId)
    await record(tx, actor, {
      action: text ? 'template.changed' : 'template.dropped',
      object: { kind: 'template', id: null, name: `${name} (${language})` },
      accountId: accountId || null,
      changes: {
        subject: { from: old?.subject, to: text?.subject },
        html: { from: old?.html, to: text?.html },
      },
    })
  })
}

function check(name: TemplateName, { subject, html }: Written) {
  for (const [field, text] of Object.entries({ subject, html })) {
    const unknown = unknownWords(name, text)
    if (unknown.length > 0) {
      throw new Invalid(field, 'This mail does not know {unknown}. It knows {known}.', {
        unknown: listed(unknown),
        known: listed(wordsOf(name)),
      })
    }
  }
  const secrets: readonly string[] = templates[name].secrets
  const told = usedWords(subject).filter((word) => secrets.includes(word))
  if (told.length > 0) {
    throw new Invalid('subject', 'Put {word} into the text: subjects are read by others too.', {
      word: listed(told),
    })
  }
  const missing = needed(name).filter((word) => !usedWords(clean(html)).includes(word))
  if (missing.length > 0) {
    throw new Invalid('html', 'The text needs {word}, or the mail is of no use.', {
      word: listed(missing),
    })
  }
  if (clean(html).trim() === '') throw new Invalid('html', 'Required')
}

/** What a mail is sent for. */
const needed = (name: TemplateName): readonly string[] =>
  name === 'message' ? ['message'] : templates[name].secrets

const listed = (words: readonly string[]) => words.map((word) => `{${word}}`).join(' ')

const which = (accountId: number, name: TemplateName, language: MailLanguage) =>
  and(
    eq(messageTemplates.accountId, accountId),
    eq(messageTemplates.name, name),
    eq(messageTemplates.language, language),
  )

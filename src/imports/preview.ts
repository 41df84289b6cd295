import { eq } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { hash, takeTime } from '../bulk/acceptance.ts'
import { type Told, told } from '../bulk/action.ts'
import type { Database, Db } from '../db/database.ts'
import { providerSettings, systemSettings } from '../settings/reading.ts'
import { countTaken } from '../subscriptions/probing.ts'
import { type Going, type JudgedLine, type Judgement, judge } from './judgement.ts'
import { lockImport } from './keeping.ts'
import { type Import, imports } from './schema.ts'

export interface ImportPreview {
  going: (JudgedLine & { going: Going })[]
  left: JudgedLine[]
  effects: Told[]
  /** comes back with the confirmation */
  seen: string
}

/**
 * What would happen to each line, before any of it is written.
 *
 * @throws {TooMany} when it asks for too many names of others
 */
export async function previewImport(
  db: Database,
  actor: Actor,
  id: number,
): Promise<ImportPreview> {
  const { kept, judgement } = await db.transaction(async (tx) => {
    await takeTime(tx)
    const kept = await lockImport(tx, actor, id)
    return { kept, judgement: await judge(tx, actor, kept) }
  })
  await countStrangers(db, actor, kept, judgement.strangers)
  const { going, left } = parted(judgement)
  return {
    going,
    left,
    effects: await effects(db, kept, judgement, going),
    seen: markOf(judgement),
  }
}

/** Names that others have, as far as they were not counted when it was looked at before (F-113). */
async function countStrangers(db: Database, actor: Actor, kept: Import, strangers: number) {
  if (strangers <= kept.strangers) return
  await countTaken(db, actor, strangers - kept.strangers)
  await db.update(imports).set({ strangers }).where(eq(imports.id, kept.id))
}

export function parted({ lines }: Judgement) {
  const goes = (one: JudgedLine): one is JudgedLine & { going: Going } => one.going !== null
  return { going: lines.filter(goes), left: lines.filter((one) => one.going === null) }
}

/** Says whether what is done is what was shown (F-79, F-84). */
export const markOf = ({ lines }: Judgement): string =>
  hash(
    lines.map(({ line, why, going }) => {
      const { plan, host, domain, systemUser } = going?.sale ?? {}
      return [line, why, going !== null, plan?.id, plan?.version, host?.id, domain, systemUser]
    }),
  )

async function effects(
  db: Db,
  { welcome }: Import,
  { provider }: Judgement,
  going: { going: Going }[],
): Promise<Told[]> {
  if (going.length === 0) return []
  const sales = going.flatMap(({ going: { sale } }) => sale ?? [])
  return [
    ...(sales.length > 0 ? await withSales(db, provider.id, sales) : []),
    welcome ? await mailed(db, going.length) : nobodyTold,
  ]
}

async function withSales(db: Db, sellerId: number, sales: { values: { mailboxes: unknown } }[]) {
  const { defaultMailbox: mailbox } = await providerSettings(db, sellerId)
  const count = sales.length
  const without = sales.filter(({ values }) => values.mailboxes === 0).length
  return [
    told('{count} {count|subscription is|subscriptions are} created. {how!}', {
      count,
      how: noPassword,
    }),
    ...(mailbox
      ? [told('Each gets the mailbox “{mailbox}”, whose password you set later.', { mailbox })]
      : []),
    ...(mailbox && without > 0
      ? [
          told('{count} of them {count|gets|get} none: the plan has no mailboxes.', {
            count: without,
          }),
        ]
      : []),
  ]
}

const noPassword = 'There is no password for FTP and SSH until you or the customer set one.'
const nobodyTold = told(
  'Nobody is told, and nobody has a password: mail a reset link to whom you want to let in.',
)

/** F-62 */
async function mailed(db: Db, count: number): Promise<Told> {
  const { mailsPerMinute } = await systemSettings(db)
  const minutes = Math.ceil(count / mailsPerMinute)
  return told(
    '{count} {count|mail|mails} with a link to choose a password {count|goes|go} out within about {minutes} {minutes|minute|minutes}.',
    { count, minutes },
  )
}

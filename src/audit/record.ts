import { sql } from 'drizzle-orm'
import type { Transaction } from '../db/database.ts'
import { among, arrayOf, sharedOnce } from '../db/many.ts'
import type { Actor } from './actor.ts'
import { auditEntries, type Changes } from './schema.ts'

export interface Happening {
  /** dotted past tense: `subscription.suspended`, `plan.changed` */
  action: string
  object: { kind: string; id: number | null; name?: string }
  /** the account the object belongs to, if any */
  accountId?: number | null
  changes?: Changes
}

/** Written with the change it tells of, or not at all. */
export async function record(tx: Transaction, actor: Actor, ...happenings: Happening[]) {
  if (happenings.length === 0) return
  await tx.insert(auditEntries).values(happenings.map((happening) => entry(actor, happening)))
}

/** Any number of them in one statement, for rules that change thousands (F-76). */
export async function recordAll(tx: Transaction, actor: Actor, happenings: Happening[]) {
  if (happenings.length === 0) return
  const { actorAccountId, actorLoginId, actorName, subjectAccountId, address, token } = doer(actor)
  // Their providers are fetched together before: a trigger would ask for each, and so would a join, for
  // Postgres takes any JSON for a hundred rows.
  const owners = happenings.map(({ accountId }) => accountId ?? null)
  const { each, places } = sharedOnce(
    happenings.map(({ action, object: { kind }, changes = {} }) => ({ action, kind, changes })),
  )
  await tx.execute(sql`
    with owner as materialized (select id, provider_id from accounts
      where ${among(sql`id`, [...new Set(owners.flatMap((id) => id ?? []))])})
    insert into ${auditEntries} (action, actor_account_id, actor_login_id, actor_name,
      subject_account_id, account_id, provider_id, object_kind, object_id, object_name, changes, address, token)
    select action, ${actorAccountId}::bigint, ${actorLoginId}::bigint, ${actorName},
      ${subjectAccountId}::bigint, account, owner.provider_id, kind, object, name, changes,
      ${address}, ${token}
    from rows from (
      unnest(${arrayOf(happenings.map(({ object }) => object.id))}::bigint[]),
      jsonb_array_elements_text(${JSON.stringify(happenings.map(({ object }) => object.name ?? ''))}::jsonb),
      unnest(${arrayOf(owners)}::bigint[]),
      unnest(${arrayOf(places)}::bigint[])) with ordinality as happening (object, name, account, place, number)
    join rows from (jsonb_to_recordset(${JSON.stringify(each)}::jsonb) as (
      action text, kind text, changes jsonb)) with ordinality as shared (action, kind, changes, place)
      using (place)
    left join owner on owner.id = account
    order by number`)
}

/** The row of one happening. */
const entry = (actor: Actor, { action, object, accountId, changes }: Happening) => ({
  ...doer(actor),
  action,
  accountId: accountId ?? null,
  objectKind: object.kind,
  objectId: object.id,
  objectName: object.name ?? '',
  changes: changes ?? {},
})

/** Who, in whose account and from where: the same for all that one actor does. */
function doer(actor: Actor) {
  const { accountId, loginId, loginName } = actor.impersonator ?? actor
  return {
    actorAccountId: accountId || null,
    actorLoginId: loginId,
    actorName: loginName,
    subjectAccountId: actor.accountId || null,
    address: actor.address,
    token: actor.token ?? null,
  }
}

/** What differs between two versions of a row, for the audit; `names` says which columns count. */
export function difference<Row extends object>(
  from: Row,
  to: Partial<Row>,
  names: readonly (keyof Row & string)[],
): Changes {
  const changed = names.filter(
    (name) => name in to && JSON.stringify(from[name]) !== JSON.stringify(to[name]),
  )
  return Object.fromEntries(changed.map((name) => [name, { from: from[name], to: to[name] }]))
}

import { sql } from 'drizzle-orm'
import { changed } from '../../src/audit/changes.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { labelOf } from '../../src/audit/told-fields.ts'
import { actionWords, objectWords } from '../../src/audit/words.ts'
import type { Database } from '../../src/db/database.ts'

/**
 * What the trail of a test tells of without a word for it: nobody should read `mailbox.changed` or
 * `forwardTo`. Asked after every test file, so that it is asked of all that is ever audited.
 */
export async function withoutWords(db: Database): Promise<string[]> {
  const { action, objectKind: kind, changes } = auditEntries
  const rows = await db
    .selectDistinctOn(
      [
        action,
        kind,
        sql`(select array_agg(key order by key) from jsonb_object_keys(${changes}) as key)`,
      ],
      { action, kind, changes },
    )
    .from(auditEntries)
  const found = rows.flatMap((row) => [
    ...(actionWords[row.action] ? [] : [`action ${row.action}`]),
    ...(objectWords[row.kind] ? [] : [`object ${row.kind}`]),
    ...changed(row.changes)
      .filter(({ field }) => labelOf(field) === undefined)
      .map(({ field }) => `${field} of ${row.action}`),
  ])
  return [...new Set(found)]
}

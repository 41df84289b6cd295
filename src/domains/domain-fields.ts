import { and, asc, eq, inArray } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '../db/database.ts'
import { shownDomain } from '../names/domain.ts'
import type { Values } from '../plans/catalogue.ts'
import { domains } from '../subscriptions/schema.ts'
import { optionalReference } from '../web/fields.ts'
import type { Option } from '../web/form-fields.ts'
import type { Translate } from '../web/i18n.ts'
import { siteKinds } from './folder.ts'
import { phpOff, phpVersions } from './php-choice.ts'

/** Looked at by names/domain.ts, which says what is wrong in words of its own. */
export const nameField = () => z.string().max(2000, 'Use at most {maximum} characters.').default('')

/** Empty is a folder of its own. */
export const folderField = () => optionalReference().default(null)

/** Empty is as the subscription; which versions there are is the plan's business. */
export const phpField = () =>
  z
    .string()
    .max(20, 'Choose from the list.')
    .default('')
    .transform((chosen) => (chosen === '' ? null : chosen))

export function phpOptions(t: Translate, values: Values): Option[] {
  const versions = phpVersions(values)
  if (versions.length === 0) return []
  return [
    { value: '', label: t('As the subscription: {version}', { version: values.phpVersion }) },
    ...versions.map((version) => ({ value: version, label: version })),
    { value: phpOff, label: t('Off') },
  ]
}

/** Sites whose files another name may show as well. */
export async function folderOptions(db: Db, subscriptionId: number): Promise<Option[]> {
  const rows = await db
    .select({ id: domains.id, name: domains.name })
    .from(domains)
    .where(and(eq(domains.subscriptionId, subscriptionId), inArray(domains.kind, [...siteKinds])))
    .orderBy(asc(domains.id))
  return rows.map(({ id, name }) => ({ value: id, label: shownDomain(name) }))
}

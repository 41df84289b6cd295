import { eq } from 'drizzle-orm'
import type { Db } from '../db/database.ts'
import { hosts } from '../hosts/schema.ts'
import { excesses } from '../plans/beyond.ts'
import { catalogue } from '../plans/catalogue.ts'
import type { C } from '../web/env.ts'
import type { Option } from '../web/form-fields.ts'
import type { Owned } from './access.ts'
import { mayProvideFor } from './access.ts'
import { capOver } from './provided.ts'

/** Those that cannot be chosen say who decides that, and those that the host bends say so too. */
export async function shellOptions({ var: { db, actor, t } }: C, owned: Owned): Promise<Option[]> {
  const { subscription, account } = owned
  const cap = await capOver(db, account.id)
  const host = await hostOf(db, subscription.hostId)
  const { options, optionLabels } = catalogue.shell
  const said = (shell: string): Partial<Option> => {
    const excess = cap
      ? excesses(cap, { ...subscription.values, shell }).find(({ key }) => key === 'shell')
      : undefined
    if (excess && shell !== subscription.values.shell) {
      const hint = mayProvideFor(actor, account)
        ? t(excess.sentence, { ...excess.words, most: t(String(excess.words.most)) })
        : t('The reseller plan of your provider decides this.')
      return { off: true, hint }
    }
    return shell === 'limited' && !host.limits
      ? {
          hint: t('The host {name} has no limits for shells: plain bash is used there.', {
            name: host.name,
          }),
        }
      : {}
  }
  return options.map((value) => ({
    value,
    label: t(optionLabels[value] ?? value),
    ...said(value),
  }))
}

async function hostOf(db: Db, hostId: number) {
  const columns = { name: hosts.name, facts: hosts.facts }
  const [host] = await db.select(columns).from(hosts).where(eq(hosts.id, hostId))
  return { name: host!.name, limits: host!.facts?.provides.includes('shellLimits') ?? true }
}

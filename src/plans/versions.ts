import type { Actor } from '../audit/actor.ts'
import type { Transaction } from '../db/database.ts'
import { type Plan, planVersions } from './schema.ts'

/** Every edit leaves its whole plan behind, with who wrote it and why. */
export async function keepVersion(tx: Transaction, actor: Actor, plan: Plan, note: string) {
  const { id: planId, version, name, title, values } = plan
  const authorName = actor.impersonator?.loginName ?? actor.loginName
  await tx.insert(planVersions).values({ planId, version, name, title, values, authorName, note })
}

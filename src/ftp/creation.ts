import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import { keepToShow } from '../auth/shown-once.ts'
import type { Database } from '../db/database.ts'
import { codeOf, uniqueViolation } from '../db/failure.ts'
import { Taken } from '../errors.ts'
import { ownName } from '../names/own.ts'
import { findSubscription } from '../subscriptions/access.ts'
import { takeRoom } from '../subscriptions/room.ts'
import { want } from '../subscriptions/want.ts'
import { ftpFolder } from './folder.ts'
import { loginPassword, shownOnce } from './login-password.ts'
import { ftpLogins } from './schema.ts'

export interface FtpLoginWish {
  /** as typed, with or without the system user before it */
  name: string
  folder: string
  /** empty = generated, and shown once */
  password: string
}

export interface CreatedFtpLogin {
  id: number
  /** somebody has to read its password */
  generated: boolean
  jobId: number
}

/** S-15: a further login, for one folder of the home. */
export async function createFtpLogin(
  db: Database,
  sealingKey: Buffer,
  actor: Actor,
  subscriptionId: number,
  wish: FtpLoginWish,
): Promise<CreatedFtpLogin> {
  const { subscription: before } = await findSubscription(db, actor, subscriptionId)
  const name = ownName('name', before.systemUser, wish.name)
  const folder = ftpFolder(wish.folder)
  const password = await loginPassword(db, wish.password, [name, before.systemUser])

  return db
    .transaction(async (tx) => {
      const { subscription, account } = await takeRoom(tx, actor, subscriptionId, 'ftpLogins')
      const [login] = await tx
        .insert(ftpLogins)
        .values({ subscriptionId, name, folder, passwordHash: password.hash })
        .returning({ id: ftpLogins.id })
      const { id } = login!
      if (password.generated)
        await keepToShow(tx, sealingKey, actor, shownOnce(id), password.generated)
      await record(tx, actor, {
        action: 'ftp_login.created',
        object: { kind: 'ftp_login', id, name },
        accountId: account.id,
        changes: { folder: { to: folder } },
      })
      const jobId = await want(tx, actor, subscription, {})
      return { id, generated: password.generated !== null, jobId }
    })
    .catch((error) => {
      if (codeOf(error) !== uniqueViolation) throw error
      throw new Taken('name', 'This name is already in use.')
    })
}

import { wantedDatabases } from '../databases/wanted.ts'
import { wantedSites } from '../domains/wanted.ts'
import { wantedFtp } from '../ftp/wanted.ts'
import { wantedMail } from '../mail/wanted.ts'
import { wantedSshKeys } from '../ssh-keys/wanted.ts'
import type { Part } from '../subscriptions/part.ts'

/** Everything a document is put together from. */
export const parts: Part[] = [wantedSites, wantedMail, wantedDatabases, wantedFtp, wantedSshKeys]

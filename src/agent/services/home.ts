import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import type { LiveDocument } from '../../contract/document.ts'
import { documentRoot } from '../../contract/sites.ts'
import type { Batch } from '../batch.ts'
import { at, type Environment } from '../environment.ts'
import { exists } from '../files.ts'
import { placeholderPage } from '../pages.ts'
import type { PasswdBook } from '../passwd.ts'
import type { Owner } from '../system.ts'
import { each, isLive, isRemoved, noted, type Task } from '../task.ts'

/** Only root may enter: what lies here cannot be swapped for a link while we work on it. */
export const ASIDE = '/home/.innkeeper'

/** The home, with a document root for every site there is when it is made. */
export async function applyHomes(batch: Batch, book: PasswdBook): Promise<void> {
  const { env } = batch
  const homeless = batch.tasks.filter(isLive).filter((task) => !exists(env, homeOf(task)))
  if (homeless.length === 0) return
  await batch.step('Folders', () =>
    each(homeless, (task) => {
      makeHome(env, task.document, ownerOf(task, webGidIn(book)))
      noted(task, 'home')
    }),
  )
}

/**
 * A document root for every further site. It works inside the home, where the customer can be in the
 * way: it comes after all that takes something from him, and a suspended one is left alone.
 */
export async function makeSiteFolders(batch: Batch, book: PasswdBook): Promise<void> {
  const { env } = batch
  const lacking = batch.tasks
    .filter(isLive)
    .filter(({ document }) => document.state === 'active')
    .map((task) => [task, missingRoots(env, task)] as const)
    .filter(([, missing]) => missing.length > 0)
  if (lacking.length === 0) return
  const folders = new Map(lacking)
  await batch.step('Document roots', () =>
    each([...folders.keys()], async (task) => {
      const owner = ownerOf(task, webGidIn(book))
      await env.system.makeDocumentRoots(owner, folders.get(task) ?? [], placeholderPage)
      noted(task, 'document root')
    }),
  )
}

const webGidIn = ({ gidOf }: PasswdBook): number => gidOf.get('www-data') ?? 0

/** Out of the way at once and whole; the bytes go after the answer. */
export async function removeHomes(batch: Batch): Promise<void> {
  const { env } = batch
  await each(batch.tasks.filter(isRemoved), (task) => {
    const { name, uid } = task.document.user
    rmSync(at(env, `${ASIDE}/new-${name}`), { recursive: true, force: true })
    const home = lstatSync(at(env, homeOf(task)), { throwIfNoEntry: false })
    if (!home || (env.real && home.uid !== uid)) return
    mkdirSync(at(env, ASIDE), { recursive: true, mode: 0o700 })
    renameSync(at(env, homeOf(task)), at(env, trashOf(uid)))
    noted(task, 'home')
  })
}

/** The uid stands in the name: what its owner left in /tmp goes with it. */
const trashOf = (uid: number): string => `${ASIDE}/trash-${uid}-${process.hrtime.bigint()}`

const homeOf = (task: Task): string => `/home/${task.document.user.name}`

const ownerOf = ({ document: { user } }: Task, webGid: number): Owner => ({
  name: user.name,
  uid: user.uid,
  webGid,
})

/** Built aside and renamed in, so that it is there whole or not at all. */
function makeHome(env: Environment, document: LiveDocument, owner: Owner): void {
  const aside = at(env, `${ASIDE}/new-${owner.name}`)
  rmSync(aside, { recursive: true, force: true })
  mkdirSync(at(env, ASIDE), { recursive: true, mode: 0o700 })
  mkdirSync(aside, { mode: 0o700 })
  const make = (path: string, mode: number, gid = owner.webGid) => {
    mkdirSync(path)
    give(env, path, mode, owner.uid, gid)
  }
  make(`${aside}/tmp`, 0o700, owner.uid)
  make(`${aside}/web`, 0o750)
  for (const folder of foldersOf(document)) {
    make(`${aside}/web/${folder}`, 0o750)
    const page = `${aside}/web/${folder}/index.html`
    writeFileSync(page, placeholderPage)
    give(env, page, 0o640, owner.uid, owner.webGid)
  }
  give(env, aside, 0o710, owner.uid, owner.webGid)
  renameSync(aside, at(env, `/home/${owner.name}`))
}

function give(env: Environment, path: string, mode: number, uid: number, gid: number): void {
  if (env.real) chownSync(path, uid, gid)
  chmodSync(path, mode)
}

/** Looks only whether they are there; what a link of the customer's leads to is not touched. */
function missingRoots(env: Environment, { document }: Task<LiveDocument>): string[] {
  const { name } = document.user
  return foldersOf(document)
    .map((folder) => documentRoot(name, folder))
    .filter((folder) => !env.system.isThere(folder))
}

/** Several names may show one folder, and some show none. */
const foldersOf = ({ sites }: LiveDocument): string[] => [
  ...new Set(sites.filter(({ redirect }) => !redirect).map((site) => site.folder ?? site.domain)),
]

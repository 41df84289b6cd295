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

/** The home and a document root for every site. */
export async function applyHomes(batch: Batch, book: PasswdBook): Promise<void> {
  const { env } = batch
  const webGid = book.gidOf.get('www-data') ?? 0
  const homeless: Task<LiveDocument>[] = []
  const lacking = new Map<Task<LiveDocument>, string[]>()
  await each(batch.tasks.filter(isLive), (task) => {
    if (!exists(env, homeOf(task))) return homeless.push(task)
    const missing = missingRoots(env, task)
    return missing.length > 0 && lacking.set(task, missing)
  })
  const make = async () => {
    await each(homeless, (task) => {
      makeHome(env, task.document, ownerOf(task, webGid))
      noted(task, 'home')
    })
    await each([...lacking.keys()], async (task) => {
      const folders = lacking.get(task) ?? []
      await env.system.makeDocumentRoots(ownerOf(task, webGid), folders, placeholderPage)
      noted(task, 'document root')
    })
  }
  if (homeless.length + lacking.size > 0) await batch.step('Folders', make)
}

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
    .filter((folder) => !exists(env, folder))
}

/** Several names may show one folder, and some show none. */
const foldersOf = ({ sites }: LiveDocument): string[] => [
  ...new Set(sites.filter(({ redirect }) => !redirect).map((site) => site.folder ?? site.domain)),
]

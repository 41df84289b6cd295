import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Binaries, findBinaries } from './binaries.ts'
import { answers, isAlive, type Lock, readLock } from './postmaster.ts'
import { type Ids, reachableByAll, unprivilegedIds } from './unprivileged.ts'

export interface EmbeddedPostgres {
  /** for `connect`: by socket, without a password in it */
  url(database: string): string
  stop(): Promise<void>
}

/**
 * Starts the real Postgres on the data in `home`, or adopts the one that is still running there
 * after we were killed.
 *
 * @throws {Error} with one plain sentence when it cannot start
 */
export async function startPostgres(home: string, flags: string[] = []): Promise<EmbeddedPostgres> {
  const ids = unprivilegedIds()
  mkdirSync(home, { recursive: true })
  if (ids.uid !== undefined) {
    if (!reachableByAll(home)) {
      throw new Error(
        `The database runs as an unprivileged user, which cannot reach ${home}; choose another folder with INNKEEPER_DATA, e.g. /var/lib/innkeeper.`,
      )
    }
    chownSync(home, ids.uid, ids.gid!)
  }

  const data = join(home, 'pg')
  const binaries = findBinaries(home, ids.uid !== undefined)
  if (!existsSync(join(data, 'PG_VERSION'))) await initialise(data, home, binaries, ids)

  const start = (port: number) => launch(data, home, binaries, ids, flags, port)
  const running = readLock(data)
  if (running && (await answers(running))) return kept(data, running, start)
  if (running && !isAlive(running.pid)) rmSync(join(data, 'postmaster.pid'), { force: true })
  return kept(data, await start(await freePort()), start)
}

/** The one another process of ours runs on the data in `home`, if any. */
export async function findPostgres(home: string): Promise<EmbeddedPostgres | undefined> {
  const running = readLock(join(home, 'pg'))
  return running && (await answers(running)) ? handle(running) : undefined
}

async function initialise(data: string, home: string, binaries: Binaries, ids: Ids) {
  const fresh = `${data}.new`
  const password = join(home, 'postgres-password')
  rmSync(fresh, { recursive: true, force: true })
  writeFileSync(password, randomBytes(24).toString('base64url'), {
    mode: 0o600,
  })
  if (ids.uid !== undefined) chownSync(password, ids.uid, ids.gid!)
  const done = spawn(
    join(binaries.bin, 'initdb'),
    [
      ...['-D', fresh, '-U', 'innkeeper', `--pwfile=${password}`],
      ...['--auth-local=trust', '--auth-host=scram-sha-256', '--encoding=UTF8'],
      ...['--locale-provider=builtin', '--locale=C.UTF-8', '--data-checksums'],
    ],
    {
      ...ids,
      env: environment(binaries),
      cwd: home,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  let complaint = ''
  done.stderr.on('data', (text) => {
    complaint += text
  })
  const code = await new Promise((resolve) => done.on('close', resolve))
  if (code !== 0) throw new Error(`Preparing the database failed: ${complaint.trim()}`)
  renameSync(fresh, data) // an interrupted initdb never looks finished
}

/**
 * A quarter of the memory, as its manual advises (20.4.1); never less than its default. What a panel looks
 * at all the time fits into one gigabyte.
 */
function megabytesShared(): number {
  const memory = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY)
  return Math.min(1024, Math.max(128, Math.floor(memory / 4 / 2 ** 20)))
}

async function launch(
  data: string,
  home: string,
  binaries: Binaries,
  ids: Ids,
  flags: string[],
  port: number,
): Promise<Lock> {
  const log = join(home, 'postgres.log')
  const output = openSync(log, 'a')
  const server = spawn(
    join(binaries.bin, 'postgres'),
    [
      ...['-D', data, '-p', String(port), '-k', socketFolder(home, ids)],
      ...['-c', 'listen_addresses=127.0.0.1', '-c', 'random_page_cost=1.1'],
      ...['-c', `shared_buffers=${megabytesShared()}MB`],
      ...flags,
    ],
    // Its own process group: Ctrl-C is for us, and we stop it after the last query.
    {
      ...ids,
      env: environment(binaries),
      cwd: home,
      stdio: ['ignore', output, output],
      detached: true,
    },
  )
  let ended = false
  server.on('exit', () => {
    ended = true
  })
  server.unref()

  for (;;) {
    const lock = readLock(data)
    if (lock?.ready && lock.pid === server.pid) return lock
    if (ended) {
      const last = readFileSync(log, 'utf8').trim().split('\n').slice(-3).join('\n')
      throw new Error(`The embedded Postgres did not start: ${last}`)
    }
    await pause(5)
  }
}

function handle(lock: Lock): EmbeddedPostgres {
  return {
    url: (database) =>
      `postgres://innkeeper@localhost/${database}?host=${encodeURIComponent(lock.socketFolder)}&port=${lock.port}`,
    async stop() {
      process.kill(lock.pid, 'SIGINT') // "fast": ends sessions, keeps everything
      while (isAlive(lock.pid)) await pause(10)
    },
  }
}

/**
 * Started again where it was when something killed it, for all that anybody asks waits for it. Who
 * stops it takes its lock away; that it lies there tells the one from the other.
 */
function kept(data: string, lock: Lock, start: (port: number) => Promise<Lock>): EmbeddedPostgres {
  let current = lock
  let starting: Promise<void> | null = null
  let killed = false
  const watch = setInterval(() => {
    // one that could not start takes the lock away too
    killed ||= !isAlive(current.pid) && readLock(data)?.pid === current.pid
    if (killed) starting ??= restart()
  }, 1_000).unref()

  async function restart() {
    console.error('The embedded Postgres was killed; it is started again.')
    try {
      current = await start(current.port)
      killed = false
    } catch (error) {
      // tried again: the last servers of the one before may hold its memory for a moment
      console.error((error as Error).message)
    }
    starting = null
  }

  return {
    ...handle(lock),
    async stop() {
      clearInterval(watch)
      await starting
      if (isAlive(current.pid)) await handle(current).stop()
    },
  }
}

function environment({ libraries }: Binaries): NodeJS.ProcessEnv {
  return {
    ...process.env,
    LC_ALL: 'C',
    TZ: 'UTC',
    ...(libraries ? { LD_LIBRARY_PATH: libraries } : {}),
  }
}

/** A socket's path has at most 107 bytes; a data folder may be deeper. */
function socketFolder(home: string, ids: Ids): string {
  if (home.length < 80) return home
  const short = mkdtempSync(join(tmpdir(), 'innkeeper-'))
  if (ids.uid !== undefined) chownSync(short, ids.uid, ids.gid!)
  return short
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}

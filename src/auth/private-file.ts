import { linkSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/**
 * Reads a key file, and makes it the first time. Two processes that start at once end up with the
 * same key: the second link fails, and it reads the first one's.
 *
 * @throws {Error} with one plain sentence when others could read it (F-190)
 */
export function privateFile(path: string, make: () => string | Buffer): Buffer {
  try {
    return closed(path)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
  const folder = mkdtempSync(join(dirname(path), `.${basename(path)}-`))
  try {
    const fresh = join(folder, 'new')
    writeFileSync(fresh, make(), { mode: 0o600, flush: true })
    linkSync(fresh, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(folder, { recursive: true })
  }
  return closed(path)
}

function closed(path: string): Buffer {
  if (statSync(path).mode & 0o077) {
    throw new Error(`Others can read ${path}, which holds a key: run chmod 600 ${path}`)
  }
  return readFileSync(path)
}

const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT'

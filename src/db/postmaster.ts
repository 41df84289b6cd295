import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'

/** What a running server wrote into its `postmaster.pid`. */
export interface Lock {
  pid: number
  port: number
  socketFolder: string
  ready: boolean
}

export function readLock(data: string): Lock | undefined {
  const lines = textOf(join(data, 'postmaster.pid'))?.split('\n')
  if (!lines?.[7]) return undefined
  const [pid, , , port, socketFolder = '', , , status] = lines
  return {
    pid: Number(pid),
    port: Number(port),
    socketFolder,
    ready: status?.trim() === 'ready',
  }
}

export function answers({ socketFolder, port }: Lock): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(`${socketFolder}/.s.PGSQL.${port}`, () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}

/** Signal 0 reaches a zombie too, and Postgres would then not start on its old lock. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const status = textOf(`/proc/${pid}/status`)
  return status === undefined ? process.platform !== 'linux' : !/^State:\s+Z/m.test(status)
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

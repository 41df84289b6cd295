import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until sshd greets. @throws {Error} when `running` says it is over, or patience is */
export async function untilSshAnswers(address: string, running: () => boolean, patience: number) {
  for (const start = Date.now(); !(await greets(address)); await sleep(20)) {
    if (!running()) throw new Error(`${address} ended while it booted`)
    if (Date.now() - start > patience) throw new Error(`${address}: no ssh within ${patience} ms`)
  }
}

/** Whether sshd says who it is within a second. */
export function greets(address: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect({ host: address, port: 22, timeout: 1_000 })
  socket.on('data', (greeting) => resolve(greeting.toString().startsWith('SSH-')))
  for (const event of ['timeout', 'error', 'close']) socket.on(event, () => resolve(false))
  return promise.finally(() => socket.destroy())
}

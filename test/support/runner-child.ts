import { sealingKey } from '../../src/auth/sealing.ts'
import { connect } from '../../src/db/database.ts'
import { panelKey } from '../../src/hosts/connection/panel-key.ts'
import { openHosts } from '../../src/hosts/connection/pool.ts'
import { handlers } from '../../src/runner/handlers.ts'
import { startRunner } from '../../src/runner/runner.ts'
import type { RunnerProcessOptions } from './runner-process.ts'

/** The program that `runner-process.ts` starts. */
const { url, dataFolder, killAt, leaseSeconds, pollMilliseconds, perCall }: RunnerProcessOptions =
  JSON.parse(process.argv[2]!)

const hosts = openHosts({ db: connect(url, 2), dataFolder, key: panelKey(dataFolder) })
const runner = await startRunner({
  url,
  handlers,
  hosts,
  sealingKey: sealingKey(dataFolder),
  observe(moment) {
    // From within, so that not one more instruction is carried out.
    if (moment === killAt) process.kill(process.pid, 'SIGKILL')
    process.send?.({ moment })
  },
  ...(leaseSeconds ? { leaseSeconds } : {}),
  ...(pollMilliseconds ? { pollMilliseconds } : {}),
  ...(perCall ? { perCall } : {}),
})

process.on('SIGTERM', async () => {
  await runner.stop()
  await hosts.close()
  process.exit(0)
})
process.send?.({ started: runner.id })

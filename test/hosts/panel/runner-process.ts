import { connect } from '../../../src/db/database.ts'
import { panelKey } from '../../../src/hosts/connection/panel-key.ts'
import { openHosts } from '../../../src/hosts/connection/pool.ts'
import { enrolHandler } from '../../../src/hosts/provision.ts'
import { startRunner } from '../../../src/runner/runner.ts'

/** A runner in a process of its own, so that it can be killed: URL, data folder, sealing key. */
const [url, dataFolder, sealingKey] = process.argv.slice(2) as [string, string, string]

await startRunner({
  url,
  handlers: [enrolHandler],
  hosts: openHosts({ db: connect(url, 2), dataFolder, key: panelKey(dataFolder) }),
  sealingKey: Buffer.from(sealingKey, 'hex'),
  leaseSeconds: 3,
})

import type { Environment } from '../environment.ts'
import { put } from '../files.ts'
import { must, run } from '../run.ts'
import { separatesSockets } from '../services/separate-sockets.ts'
import type { Note } from './setup.ts'
import { socketJudge } from './socket-judge.ts'

const PROGRAM = '/usr/local/lib/innkeeper/separate-sockets'
const UNIT = 'innkeeper-separate-sockets.service'

/**
 * The kernel asks no rights for a socket with an abstract name. But Debian's asks BPF programs, and
 * ours looks at whose the two sockets are. Landlock, which can do the like since Linux 6.12, would cut
 * a customer's sessions off from each other too and take setgid programs such as crontab from them.
 *
 * A kernel may refuse it, as in containers: then the host does not say that it keeps them apart, and
 * the panel warns.
 */
export async function separateSockets(env: Environment, note: Note): Promise<void> {
  const programIsNew = put(env, PROGRAM, socketJudge, { mode: 0o755 })
  const unitIsNew = put(env, `/etc/systemd/system/${UNIT}`, unit)
  if (!note('sockets', programIsNew || unitIsNew) && separatesSockets(env)) return
  await must(['systemctl', 'daemon-reload'])
  await run(['systemctl', 'enable', UNIT])
  await run(['systemctl', 'restart', UNIT])
}

/** A host whose kernel refuses it is no worse than before: the unit does not fail. */
const unit = `[Unit]
Description=Keep customers from the sockets of others
DefaultDependencies=no
RequiresMountsFor=${PROGRAM}
Before=sysinit.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=-${PROGRAM}

[Install]
WantedBy=sysinit.target
`

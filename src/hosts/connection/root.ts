import type { Client, ClientChannel } from 'ssh2'
import { bundle } from '../../agent/bundle.ts'
import { plain } from './host-text.ts'
import { type Outcome, type RootShell, Unknown } from './hosts.ts'

/** Of what a command writes, its end is kept: there stands what went wrong (F-153). */
const maxOutput = 16 * 1024

export function rootShell(client: Client, publicKey: string): RootShell {
  const run: RootShell['run'] = (script, { input = '', seconds }) => {
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>()
    const lost = (reason: string) => {
      clearTimeout(timer)
      reject(new Unknown(reason))
    }
    const timer = setTimeout(() => {
      client.destroy()
      lost(`It did not come to an end within ${seconds} seconds.`)
    }, seconds * 1000)
    client.once('close', () => lost('The connection broke off.'))
    client.exec(`/bin/sh -c ${quoted(script)}`, (error, stream) => {
      if (error) return lost(`It does not let us work: ${error.message}`)
      collect(stream, (code, output) => {
        clearTimeout(timer)
        if (code === null) lost('The connection broke off.')
        else resolve({ code, output })
      })
      stream.end(input)
    })
    return promise
  }

  return {
    run,
    async setUp() {
      const { text } = await bundle()
      return run(setUp, { input: `${JSON.stringify({ publicKey })}\n${text}`, seconds: 120 })
    },
    close: () => client.end(),
  }
}

/** `read` takes no byte more than the first line, so the agent's text is whole. */
const setUp = `set -e
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
IFS= read -r document
cat > "$folder/agent.mjs"
printf '%s' "$document" | /usr/bin/node "$folder/agent.mjs" setup`

/** Root may have any shell; what is in quotes is fixed text. */
const quoted = (script: string) => `'${script.replaceAll("'", `'\\''`)}'`

function collect(stream: ClientChannel, ended: (code: number | null, output: string) => void) {
  let output = Buffer.alloc(0)
  const keep = (chunk: Buffer) => {
    output = Buffer.concat([output, chunk]).subarray(-maxOutput)
  }
  let code: number | null = null
  stream.on('data', keep).stderr.on('data', keep)
  stream
    .on('error', () => {})
    .on('exit', (exit: number | null) => {
      // Killed by a signal: an end, and a bad one.
      code = exit ?? 255
    })
    .on('close', () => ended(code, plain(output.toString('utf8'))))
}

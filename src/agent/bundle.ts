import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

export interface Bundle {
  /** The whole agent as one file for `node`. */
  text: string
  /** Hash of what it does; the agent says it in `hello`. */
  version: string
}

let bundled: Promise<Bundle> | undefined

/** Made once per process, in about half a second. Not minified: it starts slower and its traces say nothing. */
export function bundle(): Promise<Bundle> {
  bundled ??= make()
  return bundled
}

const PLACE = 'version-of-this-agent'

const root = new URL('../../', import.meta.url)

async function make(): Promise<Bundle> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('src/agent/main.ts', root))],
    // the names of files stand in the text, and the version must not depend on where we were started
    absWorkingDir: fileURLToPath(root),
    bundle: true,
    platform: 'node',
    target: 'node18',
    format: 'esm',
    define: { AGENT_VERSION: JSON.stringify(PLACE) },
    legalComments: 'none',
    write: false,
    logLevel: 'silent',
  })
  const text = outputFiles[0]?.text ?? ''
  const version = createHash('sha256').update(text).digest('hex').slice(0, 12)
  return { text: text.replaceAll(PLACE, version), version }
}

// Each figure stands beside a floor measured in the same run; nothing here passes or fails.
// `npm run bench -- click` runs one of them.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const all = ['click', 'plan-update', 'bulk', 'lists', 'sandbox', 'queue', 'mail-host']
const wanted = process.argv.slice(2)

for (const name of wanted.length > 0 ? wanted : all) {
  const file = join(import.meta.dirname, `${name}.ts`)
  if (!all.includes(name) || !existsSync(file)) {
    console.error(`There is no bench “${name}”; there are ${all.join(', ')}.`)
    process.exit(1)
  }
  console.log(`\n── ${name} ──`)
  const { status } = spawnSync(process.execPath, [file], { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}

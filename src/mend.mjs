// Mends what a package does wrong, after it was installed: each *.patch of src/db says what and why.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { applyPatch, parsePatch, reversePatch } from 'diff'

const patches = ['db/postgres-3.4.9.patch']

for (const name of patches) {
  for (const patch of parsePatch(readFileSync(new URL(name, import.meta.url), 'utf8'))) {
    const path = fileURLToPath(
      new URL(`../${patch.newFileName.replace(/^b\//, '')}`, import.meta.url),
    )
    const found = readFileSync(path, 'utf8')
    const mended = applyPatch(found, patch)
    if (mended !== false) writeFileSync(path, mended)
    else if (applyPatch(found, reversePatch(patch)) === false) {
      throw new Error(`${path} is not the file that src/${name} mends`)
    }
  }
}

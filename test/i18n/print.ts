import { dictionaries } from '../../src/web/dictionaries.ts'
import { sentences } from './sentences.ts'

/** `npm run sentences -- de`: what that dictionary lacks, with the file it stands in, and what it has too much. */
const dictionary = dictionaries[process.argv[2] ?? ''] ?? {}
const written = sentences()

for (const [sentence, file] of written) {
  if (!Object.hasOwn(dictionary, sentence))
    console.log(`lacks\t${file}\t${JSON.stringify(sentence)}`)
}
for (const sentence of Object.keys(dictionary)) {
  if (!written.has(sentence)) console.log(`unused\t\t${JSON.stringify(sentence)}`)
}

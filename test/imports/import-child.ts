// Agrees to an import, in a process of its own that somebody can kill.
import { connect } from '../../src/db/database.ts'
import { acceptImport } from '../../src/imports/acceptance.ts'

const { url, actor, id, seen } = JSON.parse(process.argv[2]!)
await acceptImport(connect(url, 1), actor, id, seen, null)
process.exit(0)

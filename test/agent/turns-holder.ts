import { takeTurns } from '../../src/agent/sandbox/turns.ts'

await takeTurns(process.argv[2]!, () => {
  process.send!('held')
  return new Promise(() => setInterval(() => {}, 1000))
})

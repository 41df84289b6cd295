// One of the processes that answer requests; `processes.ts` starts it and tells it when to stop.
import type { Answer } from './processes.ts'
import { serve } from './serving.ts'

const tell = (answer: Answer) => process.send!(answer)

// Ctrl-C reaches every process of a terminal, and a service manager's stop each of a service: whoever
// started us tells us when it is our turn.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {})

try {
  const { port, close } = await serve(JSON.parse(process.env.INNKEEPER_WEB_PLACE!))
  process.once('message', async () => {
    await close()
    process.exit(0)
  })
  tell({ port })
} catch (error) {
  tell({ failure: (error as Error).message })
}

import { senderOf } from '../accounts/sender.ts'
import { mayPass } from '../db/failure.ts'
import type { Outcome } from '../jobs/outcome.ts'
import { inWords, presentable } from '../jobs/output.ts'
import { handle, type Run, type Tools } from '../runner/handler.ts'
import { open } from '../secrets/seal.ts'
import type { Smtp } from '../settings/catalogue.ts'
import { systemSettings } from '../settings/reading.ts'
import { deliverMessage } from './jobs.ts'
import { envelope } from './mime.ts'
import type { Message } from './schema.ts'
import { type Answer, send } from './smtp.ts'
import { passwordContext } from './smtp-password.ts'
import { beginTry, endTry, handOver } from './try.ts'
import { written } from './written.ts'

/** Connections of one call at the same time. */
const atOnce = 4

type Payload = { messageId: number }

export const deliverMessageHandler = handle(deliverMessage, async (runs, tools) => {
  const outcomes = new Map<number, Outcome>()
  const left = [...runs]
  async function work() {
    for (let run = left.shift(); run; run = left.shift()) {
      outcomes.set(run.job.id, await deliver(run, tools))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return outcomes
})

async function deliver(run: Run<Payload>, tools: Tools): Promise<Outcome> {
  const { db } = tools
  const system = await systemSettings(db)
  const { smtp, sender } = system
  const beginning = await beginTry(db, run.payload.messageId, smtp && sender ? null : notSetUp)
  switch (beginning.kind) {
    case 'nothing':
      return { kind: 'done' }
    case 'never':
      return { kind: 'park', reason: beginning.reason }
    case 'later':
      return { kind: 'retry', error: beginning.reason }
    case 'begun': {
      const name = system.baseAddress && new URL(system.baseAddress).hostname
      return attempt(run, tools, beginning.message, { smtp: smtp!, sender: sender!, name })
    }
  }
}

const notSetUp = 'The panel cannot send mail yet: an admin has to name a mail server.'

/** What we send by, and what we call ourselves. */
interface From {
  smtp: Smtp
  sender: string
  name: string | null
}

async function attempt(
  run: Run<Payload>,
  tools: Tools,
  message: Message,
  system: From,
): Promise<Outcome> {
  const { db } = tools
  const server = `${system.smtp.host}:${system.smtp.port}`
  const begun = performance.now()
  const answer = await trySending(tools, run.job.id, message, system)
  run.step({
    name: 'Hand over',
    milliseconds: Math.round(performance.now() - begun),
    place: server,
    exitCode: answer.kind === 'sent' ? 0 : 1,
    output: presentable(answer.answer, 500),
  })

  const last = run.job.attempts + 1 >= deliverMessage.maxAttempts
  const failed = last || (answer.kind === 'refused' && answer.forGood)
  const told = { ...answer, answer: presentable(answer.answer, 500), server, failed }
  await stored(() => endTry(db, message, told))
  tools.observe('stored', [run.job.id])
  if (answer.kind === 'sent' || answer.kind === 'unknown') return { kind: 'done' }
  const reason = answer.reason ?? told.answer
  return failed ? { kind: 'park', reason } : { kind: 'retry', error: reason }
}

/** Never throws: what keeps it from being handed over is an answer too. */
async function trySending(
  { db, sealingKey, observe }: Tools,
  jobId: number,
  message: Message,
  { smtp, sender: address, name }: From,
): Promise<Answer> {
  try {
    const sender = await senderOf(db, message.providerId)
    const letters = await written(db, message, sender, secretsOf(message, sealingKey))
    const from = { name: sender.name, address }
    const mail = await envelope({
      ...letters.open,
      messageId: `${message.key}@${address.split('@').at(-1)}`,
      from,
      to: { name: message.toName, address: message.toAddress },
      replyTo: sender.replyTo,
      date: message.createdAt,
      automatic: message.mailingId === null,
    })
    const password = smtp.password
      ? open(sealingKey, Buffer.from(smtp.password, 'base64'), passwordContext)
      : ''
    observe('opened', [jobId])
    const handed = {
      ...letters.masked,
      sender: `${sender.name} <${address}>`,
      replyTo: sender.replyTo,
    }
    const answer = await send({ ...smtp, password, name }, mail, async () => {
      await handOver(db, message, handed)
      observe('sent', [jobId])
    })
    observe('result', [jobId])
    return answer
  } catch (error) {
    return { kind: 'failed', answer: inWords(error) }
  }
}

function secretsOf(message: Message, key: Buffer): Record<string, string> {
  return message.sealed ? JSON.parse(open(key, message.sealed, message.key)) : {}
}

/** It is out: a database that is away for a moment must not make that unknown. */
async function stored(store: () => Promise<void>) {
  for (let tries = 0; ; tries++) {
    try {
      return await store()
    } catch (error) {
      if (tries === 6 || !mayPass(error)) throw error
      await new Promise((resolve) => setTimeout(resolve, 100 * 2 ** tries))
    }
  }
}

import type { Document } from '../../src/contract/document.ts'
import type { Result, Step, SubscriptionResult } from '../../src/contract/messages.ts'

/** Whatever carries out documents: a real host over ssh, or the sandbox. */
export interface Subject {
  apply(documents: Document[], onStep?: (step: Step) => void): Promise<Omit<Result, 'type' | 'id'>>
  /** A text file; undefined when there is none. */
  read(path: string): Promise<string | undefined>
  /** The same text as long as nothing of a subscription has come or gone. */
  state(): Promise<string>
  /** Makes a user behind our back. */
  addUser(name: string, uid: number): Promise<void>
}

/** @returns what became of this one document */
export async function carryOut(subject: Subject, document: Document): Promise<SubscriptionResult> {
  const { subscriptions } = await subject.apply([document])
  return subscriptions[0]!
}

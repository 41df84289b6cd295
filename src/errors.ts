/** Named values for a sentence's `{placeholders}`; translated and formatted at the edge. */
export type Words = Record<string, string | number>

/** What a rule answers when it will not do what was asked. The sentence is for the person who asked. */
export abstract class Refusal extends Error {
  readonly words: Words

  constructor(sentence: string, words: Words = {}) {
    super(sentence)
    this.words = words
    this.name = new.target.name
  }
}

/** Not there, or not theirs to see: the two must look alike (F-110). */
export class NotFound extends Refusal {
  constructor(sentence = 'There is nothing here.') {
    super(sentence)
  }
}

/** They may see it, but not do this. */
export class Forbidden extends Refusal {}

/** One field cannot be accepted, though its form is right: taken, over a limit, no longer on offer. */
export class Invalid extends Refusal {
  readonly field: string

  constructor(field: string, sentence: string, words: Words = {}) {
    super(sentence, words)
    this.field = field
  }
}

/** A name somebody has already; whoever meets many of these goes through a list (F-113). */
export class Taken extends Invalid {}

/** Somebody else changed it since the form was drawn (F-73). */
export class Stale extends Refusal {}

/** It cannot be done while something else stands in the way, e.g. a plan that is in use. */
export class Conflict extends Refusal {}

/** Too many tries; the person may come back after so many seconds. */
export class TooMany extends Refusal {
  readonly retryAfterSeconds: number

  constructor(sentence: string, retryAfterSeconds: number) {
    super(sentence)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

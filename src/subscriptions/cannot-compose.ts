/**
 * What is wanted of one subscription cannot be said at present: the others go on without it. Its host
 * keeps what it has.
 */
export class CannotCompose extends Error {
  readonly subscriptionId: number

  constructor(subscriptionId: number, reason: string) {
    super(reason)
    this.name = 'CannotCompose'
    this.subscriptionId = subscriptionId
  }
}

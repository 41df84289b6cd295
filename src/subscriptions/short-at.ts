import { Invalid } from '../errors.ts'

/** What is refused of the form as a whole, or of its plan, is shown at the field that asks for it. */
export const shortAt =
  (field: string) =>
  (refusal: unknown): never => {
    if (refusal instanceof Invalid && ['', 'plan'].includes(refusal.field)) {
      throw new Invalid(field, refusal.message, refusal.words)
    }
    throw refusal
  }

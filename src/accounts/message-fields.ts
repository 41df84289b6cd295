import { line, text } from '../web/fields.ts'

const messageBytes = 200_000

/** M-39: what can be typed; From and To cannot be changed. */
export const messageFields = {
  subject: line(200),
  message: text(messageBytes).refine((typed) => typed !== '', 'Required'),
}

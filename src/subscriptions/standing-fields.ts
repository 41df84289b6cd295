import { z } from 'zod'
import { checkbox, oneOf, text } from '../web/fields.ts'

/** Of an account or of one subscription. */
export const standingForm = z.strictObject({
  status: oneOf(['suspended', 'active']),
  text: text(1000).default(''),
})

/** The customer is told when the box is on. */
export const accountStandingForm = standingForm.extend({ mail: checkbox() })

/** activating lifts what one may lift; what stays is on the page with its reason. */
export function said(asked: 'suspended' | 'active', suspended: boolean): string {
  if (asked === 'suspended') return 'Suspended. Its services stop within moments.'
  else if (suspended)
    return 'What you may lift was lifted. It stays suspended for the reason shown.'
  else return 'Activated. Its services start within moments.'
}

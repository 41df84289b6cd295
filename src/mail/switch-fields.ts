import type { Values } from '../plans/catalogue.ts'
import type { Translate } from '../web/i18n.ts'
import type { Mailbox, MailSwitch } from './schema.ts'
import { switches } from './settings.ts'

export interface SwitchField {
  value: MailSwitch
  hint: string
  options: { value: MailSwitch; label: string }[]
}

export type Switches = Record<(typeof switches)[number], SwitchField>

/** S-31, S-32: three states; "on" beyond the plan only for who may give it. */
export function switchesOf(
  t: Translate,
  values: Values,
  exceed: boolean,
  have?: Mailbox,
): Switches {
  const field = (planned: boolean, now: MailSwitch = 'plan') => ({
    value: now,
    hint: planned ? t('The plan has it on.') : t('The plan has it off.'),
    options: [
      { value: 'plan' as const, label: t('Plan default') },
      ...(planned || exceed || now === 'on' ? [{ value: 'on' as const, label: t('On') }] : []),
      { value: 'off' as const, label: t('Off') },
    ],
  })
  return Object.fromEntries(
    switches.map((name) => [name, field(values[name] === true, have?.[name])]),
  ) as Switches
}

import type { Values } from '../plans/catalogue.ts'
import type { Translate } from '../web/i18n.ts'
import type { Mailbox, MailSwitch } from './schema.ts'
import { switches } from './settings.ts'

export type Switches = Record<(typeof switches)[number], { value: MailSwitch; label: string }[]>

/** S-31, S-32: three states; "on" beyond the plan only for who may give it. */
export function switchesOf(
  t: Translate,
  values: Values,
  exceed: boolean,
  have?: Mailbox,
): Switches {
  const options = (planned: boolean, now?: MailSwitch) => [
    {
      value: 'plan' as const,
      label: planned ? t('Plan default (on)') : t('Plan default (off)'),
    },
    ...(planned || exceed || now === 'on' ? [{ value: 'on' as const, label: t('On') }] : []),
    { value: 'off' as const, label: t('Off') },
  ]
  return Object.fromEntries(
    switches.map((name) => [name, options(values[name] === true, have?.[name])]),
  ) as Switches
}

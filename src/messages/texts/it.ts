import type { Texts } from './texts.ts'

export const italian: Texts = {
  welcome: {
    subject: 'Benvenuto in {panel}',
    html: `<p>Gentile {name},</p>
<p>il Suo account è pronto. Il Suo nome utente è <strong>{login}</strong>.</p>
<p><a href="{link}">Scegli la password</a></p>
<p>Il link vale una sola volta, per {hours} ore.</p>
<p>{sender}</p>`,
  },
  resetLink: {
    subject: 'Scelga una nuova password',
    html: `<p>Gentile {name},</p>
<p>qualcuno ha chiesto una nuova password per <strong>{login}</strong>.</p>
<p><a href="{link}">Scegli una nuova password</a></p>
<p>Il link vale una sola volta, per {minutes} minuti. Se non è stato Lei, non deve fare nulla: la Sua password resta com’è.</p>
<p>{sender}</p>`,
  },
  newPassword: {
    subject: 'La Sua nuova password',
    html: `<p>Gentile {name},</p>
<p>la password di <strong>{login}</strong> è stata reimpostata. Quella nuova è:</p>
<p><strong>{password}</strong></p>
<p>La cambi dopo l’accesso.</p>
<p>{sender}</p>`,
  },
  loginChanged: {
    subject: 'I Suoi dati di accesso sono cambiati',
    html: `<p>Gentile {name},</p>
<p>i Suoi dati di accesso sono cambiati. Il nome utente era {formerLogin} e ora è <strong>{login}</strong>.</p>
<p>Se non se lo aspettava, risponda a questo messaggio.</p>
<p>{sender}</p>`,
  },
  passwordChanged: {
    subject: 'La Sua password è cambiata',
    html: `<p>Gentile {name},</p>
<p>la password di <strong>{login}</strong> è cambiata.</p>
<p>Se non se lo aspettava, risponda a questo messaggio.</p>
<p>{sender}</p>`,
  },
  secondFactorReset: {
    subject: 'Il Suo secondo fattore è stato reimpostato',
    html: `<p>Gentile {name},</p>
<p>il secondo fattore di <strong>{login}</strong> è stato reimpostato. Finché non ne imposta uno nuovo, per accedere basta la password.</p>
<p>Se non se lo aspettava, risponda a questo messaggio.</p>
<p>{sender}</p>`,
  },
  suspended: {
    subject: 'Il Suo account è sospeso',
    html: `<p>Gentile {name},</p>
<p>il Suo account e i suoi servizi sono sospesi.</p>
<p>{text}</p>
<p>{sender}</p>`,
  },
  activated: {
    subject: 'Il Suo account è di nuovo attivo',
    html: `<p>Gentile {name},</p>
<p>il Suo account e i suoi servizi sono di nuovo attivi.</p>
<p>{sender}</p>`,
  },
  expiry: {
    subject: '{domain} scade il {day}',
    html: `<p>Gentile {name},</p>
<p>l’abbonamento <strong>{domain}</strong> scade il {day}. Da allora i suoi servizi si fermano.</p>
<p>Se desidera mantenerlo, risponda a questo messaggio.</p>
<p>{sender}</p>`,
  },
  overLimit: {
    subject: '{domain} ha superato il limite',
    html: `<p>Gentile {name},</p>
<p>l’abbonamento <strong>{domain}</strong> consuma più del consentito.</p>
<p>{property}: {used} di {limit}</p>
<p>{sender}</p>`,
  },
  message: { subject: '{subject}', html: '{message}' },
  test: {
    subject: 'Messaggio di prova di {panel}',
    html: `<p>Gentile {name},</p>
<p>questa è una prova: {panel} può inviare posta.</p>
<p>{sender}</p>`,
  },
}

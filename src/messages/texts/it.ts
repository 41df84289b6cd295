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
  emailChanged: {
    subject: 'Il Suo indirizzo e-mail è cambiato',
    html: `<p>Gentile {name},</p>
<p>l’indirizzo e-mail di <strong>{login}</strong> è cambiato. I messaggi vanno ora a {email} e non più a questo indirizzo.</p>
<p>Se non se lo aspettava, risponda a questo messaggio.</p>
<p>{sender}</p>`,
  },
  secondFactorOn: {
    subject: 'Il Suo secondo fattore è attivo',
    html: `<p>Gentile {name},</p>
<p>il secondo fattore di <strong>{login}</strong> è stato attivato. D’ora in poi per accedere servono la password e un codice.</p>
<p>Se non se lo aspettava, risponda a questo messaggio.</p>
<p>{sender}</p>`,
  },
  secondFactorOff: {
    subject: 'Il Suo secondo fattore non è più attivo',
    html: `<p>Gentile {name},</p>
<p>il secondo fattore di <strong>{login}</strong> è stato disattivato. D’ora in poi per accedere basta la password.</p>
<p>Se non se lo aspettava, risponda a questo messaggio.</p>
<p>{sender}</p>`,
  },
  tokenMade: {
    subject: 'È stato creato un token per l’API',
    html: `<p>Gentile {name},</p>
<p>ora un programma può usare il pannello come <strong>{login}</strong>: è stato creato un token per l’API. Nel Suo profilo può vederlo e revocarlo.</p>
<p>Se non se lo aspettava, risponda a questo messaggio.</p>
<p>{sender}</p>`,
  },
  recoveryCodesRenewed: {
    subject: 'Ha nuovi codici di recupero',
    html: `<p>Gentile {name},</p>
<p>i codici di recupero di <strong>{login}</strong> sono stati sostituiti. Quelli vecchi non valgono più.</p>
<p>Se non se lo aspettava, risponda a questo messaggio.</p>
<p>{sender}</p>`,
  },
  recoveryCodeUsed: {
    subject: 'È stato usato un codice di recupero',
    html: `<p>Gentile {name},</p>
<p>al posto di un codice dell’app è stato usato un codice di recupero di <strong>{login}</strong>. Codici rimasti: {left}.</p>
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
  expired: {
    subject: '{domain} è scaduto',
    html: `<p>Gentile {name},</p>
<p>l’abbonamento <strong>{domain}</strong> è scaduto il {day}. I suoi servizi sono cessati.</p>
<p>Se desidera mantenerlo, risponda a questo messaggio.</p>
<p>{sender}</p>`,
  },
  nearLimit: {
    subject: '{domain} ha consumato il {percent} %',
    html: `<p>Gentile {name},</p>
<p>l’abbonamento <strong>{domain}</strong> avrà presto consumato tutto ciò che gli è consentito.</p>
<p>{property}: {used} di {limit} ({percent} %)</p>
<p>{sender}</p>`,
  },
  overLimit: {
    subject: '{domain} ha superato il limite',
    html: `<p>Gentile {name},</p>
<p>l’abbonamento <strong>{domain}</strong> consuma più del consentito.</p>
<p>{property}: {used} di {limit} ({percent} %)</p>
<p>{sender}</p>`,
  },
  suspendedOverLimit: {
    subject: '{domain} è sospeso: limite superato',
    html: `<p>Gentile {name},</p>
<p>l’abbonamento <strong>{domain}</strong> consuma più del consentito, perciò i suoi servizi sono fermi. Tornano da soli appena è di nuovo sotto il limite.</p>
<p>{property}: {used} di {limit} ({percent} %)</p>
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

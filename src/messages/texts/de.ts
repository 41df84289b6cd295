import type { Texts } from './texts.ts'

export const german: Texts = {
  welcome: {
    subject: 'Willkommen bei {panel}',
    html: `<p>Guten Tag {name},</p>
<p>Ihr Konto ist eingerichtet. Ihr Benutzername ist <strong>{login}</strong>.</p>
<p><a href="{link}">Passwort wählen</a></p>
<p>Der Link gilt einmal, {hours} Stunden lang.</p>
<p>{sender}</p>`,
  },
  resetLink: {
    subject: 'Neues Passwort wählen',
    html: `<p>Guten Tag {name},</p>
<p>für <strong>{login}</strong> wurde ein neues Passwort angefordert.</p>
<p><a href="{link}">Neues Passwort wählen</a></p>
<p>Der Link gilt einmal, {minutes} Minuten lang. Wenn Sie das nicht waren, brauchen Sie nichts zu tun: Ihr Passwort bleibt, wie es ist.</p>
<p>{sender}</p>`,
  },
  newPassword: {
    subject: 'Ihr neues Passwort',
    html: `<p>Guten Tag {name},</p>
<p>das Passwort von <strong>{login}</strong> wurde zurückgesetzt. Das neue lautet:</p>
<p><strong>{password}</strong></p>
<p>Bitte ändern Sie es nach dem Anmelden.</p>
<p>{sender}</p>`,
  },
  loginChanged: {
    subject: 'Ihre Zugangsdaten wurden geändert',
    html: `<p>Guten Tag {name},</p>
<p>Ihre Zugangsdaten wurden geändert. Der Benutzername war {formerLogin} und ist jetzt <strong>{login}</strong>.</p>
<p>Wenn Sie das nicht erwartet haben, antworten Sie bitte auf diese Mail.</p>
<p>{sender}</p>`,
  },
  passwordChanged: {
    subject: 'Ihr Passwort wurde geändert',
    html: `<p>Guten Tag {name},</p>
<p>das Passwort von <strong>{login}</strong> wurde geändert.</p>
<p>Wenn Sie das nicht erwartet haben, antworten Sie bitte auf diese Mail.</p>
<p>{sender}</p>`,
  },
  emailChanged: {
    subject: 'Ihre E-Mail-Adresse wurde geändert',
    html: `<p>Guten Tag {name},</p>
<p>die E-Mail-Adresse von <strong>{login}</strong> wurde geändert. Mails gehen jetzt an {email}, an diese Adresse nicht mehr.</p>
<p>Wenn Sie das nicht erwartet haben, antworten Sie bitte auf diese Mail.</p>
<p>{sender}</p>`,
  },
  secondFactorOn: {
    subject: 'Ihr zweiter Faktor ist an',
    html: `<p>Guten Tag {name},</p>
<p>der zweite Faktor von <strong>{login}</strong> wurde eingeschaltet. Zum Anmelden gehören jetzt das Passwort und ein Code.</p>
<p>Wenn Sie das nicht erwartet haben, antworten Sie bitte auf diese Mail.</p>
<p>{sender}</p>`,
  },
  secondFactorOff: {
    subject: 'Ihr zweiter Faktor ist aus',
    html: `<p>Guten Tag {name},</p>
<p>der zweite Faktor von <strong>{login}</strong> wurde ausgeschaltet. Zum Anmelden genügt jetzt das Passwort.</p>
<p>Wenn Sie das nicht erwartet haben, antworten Sie bitte auf diese Mail.</p>
<p>{sender}</p>`,
  },
  tokenMade: {
    subject: 'Ein Token für die API wurde erstellt',
    html: `<p>Guten Tag {name},</p>
<p>ein Programm kann das Panel jetzt als <strong>{login}</strong> benutzen: Ein Token für die API wurde erstellt. In Ihrem Profil können Sie es sehen und beenden.</p>
<p>Wenn Sie das nicht erwartet haben, antworten Sie bitte auf diese Mail.</p>
<p>{sender}</p>`,
  },
  recoveryCodesRenewed: {
    subject: 'Sie haben neue Wiederherstellungscodes',
    html: `<p>Guten Tag {name},</p>
<p>die Wiederherstellungscodes von <strong>{login}</strong> wurden ersetzt. Die alten gelten nicht mehr.</p>
<p>Wenn Sie das nicht erwartet haben, antworten Sie bitte auf diese Mail.</p>
<p>{sender}</p>`,
  },
  recoveryCodeUsed: {
    subject: 'Ein Wiederherstellungscode wurde benutzt',
    html: `<p>Guten Tag {name},</p>
<p>statt eines Codes aus der App wurde ein Wiederherstellungscode von <strong>{login}</strong> benutzt. Übrige Codes: {left}.</p>
<p>Wenn Sie das nicht erwartet haben, antworten Sie bitte auf diese Mail.</p>
<p>{sender}</p>`,
  },
  secondFactorReset: {
    subject: 'Ihr zweiter Faktor wurde zurückgesetzt',
    html: `<p>Guten Tag {name},</p>
<p>der zweite Faktor von <strong>{login}</strong> wurde zurückgesetzt. Bis Sie einen neuen einrichten, genügt zum Anmelden das Passwort.</p>
<p>Wenn Sie das nicht erwartet haben, antworten Sie bitte auf diese Mail.</p>
<p>{sender}</p>`,
  },
  suspended: {
    subject: 'Ihr Konto ist gesperrt',
    html: `<p>Guten Tag {name},</p>
<p>Ihr Konto und seine Dienste sind gesperrt.</p>
<p>{text}</p>
<p>{sender}</p>`,
  },
  activated: {
    subject: 'Ihr Konto ist wieder aktiv',
    html: `<p>Guten Tag {name},</p>
<p>Ihr Konto und seine Dienste sind wieder aktiv.</p>
<p>{sender}</p>`,
  },
  expiry: {
    subject: '{domain} läuft am {day} ab',
    html: `<p>Guten Tag {name},</p>
<p>das Abonnement <strong>{domain}</strong> läuft am {day} ab. Dann enden seine Dienste.</p>
<p>Wenn Sie es behalten möchten, antworten Sie bitte auf diese Mail.</p>
<p>{sender}</p>`,
  },
  expired: {
    subject: '{domain} ist abgelaufen',
    html: `<p>Guten Tag {name},</p>
<p>das Abonnement <strong>{domain}</strong> ist am {day} abgelaufen. Seine Dienste sind beendet.</p>
<p>Wenn Sie es behalten möchten, antworten Sie bitte auf diese Mail.</p>
<p>{sender}</p>`,
  },
  nearLimit: {
    subject: '{domain} hat {percent} % verbraucht',
    html: `<p>Guten Tag {name},</p>
<p>das Abonnement <strong>{domain}</strong> hat bald alles verbraucht, was es darf.</p>
<p>{property}: {used} von {limit} ({percent} %)</p>
<p>{sender}</p>`,
  },
  overLimit: {
    subject: '{domain} ist über dem Limit',
    html: `<p>Guten Tag {name},</p>
<p>das Abonnement <strong>{domain}</strong> verbraucht mehr, als es darf.</p>
<p>{property}: {used} von {limit} ({percent} %)</p>
<p>{sender}</p>`,
  },
  suspendedOverLimit: {
    subject: '{domain} ist gesperrt: über dem Limit',
    html: `<p>Guten Tag {name},</p>
<p>das Abonnement <strong>{domain}</strong> verbraucht mehr, als es darf. Seine Dienste sind deshalb außer Betrieb und kommen von selbst zurück, sobald es wieder unter seinem Limit ist.</p>
<p>{property}: {used} von {limit} ({percent} %)</p>
<p>{sender}</p>`,
  },
  message: { subject: '{subject}', html: '{message}' },
  test: {
    subject: 'Testmail von {panel}',
    html: `<p>Guten Tag {name},</p>
<p>dies ist ein Test: {panel} kann Mails versenden.</p>
<p>{sender}</p>`,
  },
}

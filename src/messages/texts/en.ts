import type { Texts } from './texts.ts'

export const english: Texts = {
  welcome: {
    subject: 'Welcome to {panel}',
    html: `<p>Dear {name},</p>
<p>your account is ready. Your user name is <strong>{login}</strong>.</p>
<p><a href="{link}">Choose your password</a></p>
<p>The link works once, within {hours} hours.</p>
<p>{sender}</p>`,
  },
  resetLink: {
    subject: 'Choose a new password',
    html: `<p>Dear {name},</p>
<p>somebody asked for a new password for <strong>{login}</strong>.</p>
<p><a href="{link}">Choose a new password</a></p>
<p>The link works once, within {minutes} minutes. If it was not you, there is nothing to do: your password stays as it is.</p>
<p>{sender}</p>`,
  },
  newPassword: {
    subject: 'Your new password',
    html: `<p>Dear {name},</p>
<p>the password of <strong>{login}</strong> was reset. The new one is:</p>
<p><strong>{password}</strong></p>
<p>Please change it after you have logged in.</p>
<p>{sender}</p>`,
  },
  loginChanged: {
    subject: 'Your login data changed',
    html: `<p>Dear {name},</p>
<p>your login data was changed. The user name was {formerLogin} and is now <strong>{login}</strong>.</p>
<p>If you did not expect this, please answer this mail.</p>
<p>{sender}</p>`,
  },
  passwordChanged: {
    subject: 'Your password was changed',
    html: `<p>Dear {name},</p>
<p>the password of <strong>{login}</strong> was changed.</p>
<p>If you did not expect this, please answer this mail.</p>
<p>{sender}</p>`,
  },
  emailChanged: {
    subject: 'Your e-mail address was changed',
    html: `<p>Dear {name},</p>
<p>the e-mail address of <strong>{login}</strong> was changed. Mail for it now goes to {email}, and this address gets none any more.</p>
<p>If you did not expect this, please answer this mail.</p>
<p>{sender}</p>`,
  },
  secondFactorOn: {
    subject: 'Your second factor is on',
    html: `<p>Dear {name},</p>
<p>the second factor of <strong>{login}</strong> was turned on. From now on logging in takes the password and a code.</p>
<p>If you did not expect this, please answer this mail.</p>
<p>{sender}</p>`,
  },
  secondFactorOff: {
    subject: 'Your second factor is off',
    html: `<p>Dear {name},</p>
<p>the second factor of <strong>{login}</strong> was turned off. From now on the password is enough to log in.</p>
<p>If you did not expect this, please answer this mail.</p>
<p>{sender}</p>`,
  },
  tokenMade: {
    subject: 'A token for the API was made',
    html: `<p>Dear {name},</p>
<p>a program can now use the panel as <strong>{login}</strong>: a token for the API was made. You can see and end it in your profile.</p>
<p>If you did not expect this, please answer this mail.</p>
<p>{sender}</p>`,
  },
  recoveryCodesRenewed: {
    subject: 'You have new recovery codes',
    html: `<p>Dear {name},</p>
<p>the recovery codes of <strong>{login}</strong> were replaced. The old ones are no good any more.</p>
<p>If you did not expect this, please answer this mail.</p>
<p>{sender}</p>`,
  },
  recoveryCodeUsed: {
    subject: 'A recovery code was used',
    html: `<p>Dear {name},</p>
<p>a recovery code was used in place of a code from the app of <strong>{login}</strong>. Codes that are left: {left}.</p>
<p>If you did not expect this, please answer this mail.</p>
<p>{sender}</p>`,
  },
  secondFactorReset: {
    subject: 'Your second factor was reset',
    html: `<p>Dear {name},</p>
<p>the second factor of <strong>{login}</strong> was reset. Until you set up a new one, the password alone is enough to log in.</p>
<p>If you did not expect this, please answer this mail.</p>
<p>{sender}</p>`,
  },
  suspended: {
    subject: 'Your account is suspended',
    html: `<p>Dear {name},</p>
<p>your account and its services are suspended.</p>
<p>{text}</p>
<p>{sender}</p>`,
  },
  activated: {
    subject: 'Your account is active again',
    html: `<p>Dear {name},</p>
<p>your account and its services are active again.</p>
<p>{sender}</p>`,
  },
  expiry: {
    subject: '{domain} expires on {day}',
    html: `<p>Dear {name},</p>
<p>the subscription <strong>{domain}</strong> expires on {day}. Its services stop then.</p>
<p>If you want to keep it, please answer this mail.</p>
<p>{sender}</p>`,
  },
  expired: {
    subject: '{domain} has expired',
    html: `<p>Dear {name},</p>
<p>the subscription <strong>{domain}</strong> expired on {day}. Its services have ended.</p>
<p>If you want to keep it, please answer this mail.</p>
<p>{sender}</p>`,
  },
  nearLimit: {
    subject: '{domain} has used {percent} %',
    html: `<p>Dear {name},</p>
<p>the subscription <strong>{domain}</strong> will soon have used all that it may.</p>
<p>{property}: {used} of {limit} ({percent} %)</p>
<p>{sender}</p>`,
  },
  overLimit: {
    subject: '{domain} is over its limit',
    html: `<p>Dear {name},</p>
<p>the subscription <strong>{domain}</strong> uses more than it may.</p>
<p>{property}: {used} of {limit} ({percent} %)</p>
<p>{sender}</p>`,
  },
  suspendedOverLimit: {
    subject: '{domain} is suspended: over its limit',
    html: `<p>Dear {name},</p>
<p>the subscription <strong>{domain}</strong> uses more than it may, so its services are out of use. They come back by themselves as soon as it is under its limit.</p>
<p>{property}: {used} of {limit} ({percent} %)</p>
<p>{sender}</p>`,
  },
  message: { subject: '{subject}', html: '{message}' },
  test: {
    subject: 'Test mail of {panel}',
    html: `<p>Dear {name},</p>
<p>this is a test: {panel} can send mail.</p>
<p>{sender}</p>`,
  },
}

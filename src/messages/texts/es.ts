import type { Texts } from './texts.ts'

export const spanish: Texts = {
  welcome: {
    subject: 'Le damos la bienvenida a {panel}',
    html: `<p>Hola, {name}:</p>
<p>Su cuenta está lista. Su nombre de usuario es <strong>{login}</strong>.</p>
<p><a href="{link}">Elegir la contraseña</a></p>
<p>El enlace sirve una sola vez, durante {hours} horas.</p>
<p>{sender}</p>`,
  },
  resetLink: {
    subject: 'Elija una contraseña nueva',
    html: `<p>Hola, {name}:</p>
<p>Alguien ha pedido una contraseña nueva para <strong>{login}</strong>.</p>
<p><a href="{link}">Elegir una contraseña nueva</a></p>
<p>El enlace sirve una sola vez, durante {minutes} minutos. Si no ha sido usted, no tiene que hacer nada: su contraseña sigue siendo la misma.</p>
<p>{sender}</p>`,
  },
  newPassword: {
    subject: 'Su contraseña nueva',
    html: `<p>Hola, {name}:</p>
<p>Se ha restablecido la contraseña de <strong>{login}</strong>. La nueva es:</p>
<p><strong>{password}</strong></p>
<p>Cámbiela cuando haya iniciado sesión.</p>
<p>{sender}</p>`,
  },
  loginChanged: {
    subject: 'Sus datos de acceso han cambiado',
    html: `<p>Hola, {name}:</p>
<p>Sus datos de acceso han cambiado. El nombre de usuario era {formerLogin} y ahora es <strong>{login}</strong>.</p>
<p>Si no lo esperaba, responda a este mensaje.</p>
<p>{sender}</p>`,
  },
  passwordChanged: {
    subject: 'Su contraseña ha cambiado',
    html: `<p>Hola, {name}:</p>
<p>La contraseña de <strong>{login}</strong> ha cambiado.</p>
<p>Si no lo esperaba, responda a este mensaje.</p>
<p>{sender}</p>`,
  },
  emailChanged: {
    subject: 'Su dirección de correo ha cambiado',
    html: `<p>Hola, {name}:</p>
<p>La dirección de correo de <strong>{login}</strong> ha cambiado. El correo va ahora a {email} y ya no a esta dirección.</p>
<p>Si no lo esperaba, responda a este mensaje.</p>
<p>{sender}</p>`,
  },
  secondFactorOn: {
    subject: 'Su segundo factor está activado',
    html: `<p>Hola, {name}:</p>
<p>Se ha activado el segundo factor de <strong>{login}</strong>. Desde ahora, para iniciar sesión hacen falta la contraseña y un código.</p>
<p>Si no lo esperaba, responda a este mensaje.</p>
<p>{sender}</p>`,
  },
  secondFactorOff: {
    subject: 'Su segundo factor está desactivado',
    html: `<p>Hola, {name}:</p>
<p>Se ha desactivado el segundo factor de <strong>{login}</strong>. Desde ahora basta la contraseña para iniciar sesión.</p>
<p>Si no lo esperaba, responda a este mensaje.</p>
<p>{sender}</p>`,
  },
  tokenMade: {
    subject: 'Se ha creado un token para la API',
    html: `<p>Hola, {name}:</p>
<p>Un programa puede usar ahora el panel como <strong>{login}</strong>: se ha creado un token para la API. En su perfil puede verlo y revocarlo.</p>
<p>Si no lo esperaba, responda a este mensaje.</p>
<p>{sender}</p>`,
  },
  recoveryCodesRenewed: {
    subject: 'Tiene códigos de recuperación nuevos',
    html: `<p>Hola, {name}:</p>
<p>Se han sustituido los códigos de recuperación de <strong>{login}</strong>. Los anteriores ya no sirven.</p>
<p>Si no lo esperaba, responda a este mensaje.</p>
<p>{sender}</p>`,
  },
  recoveryCodeUsed: {
    subject: 'Se ha usado un código de recuperación',
    html: `<p>Hola, {name}:</p>
<p>En lugar de un código de la aplicación se ha usado un código de recuperación de <strong>{login}</strong>. Códigos que quedan: {left}.</p>
<p>Si no lo esperaba, responda a este mensaje.</p>
<p>{sender}</p>`,
  },
  secondFactorReset: {
    subject: 'Se ha restablecido su segundo factor',
    html: `<p>Hola, {name}:</p>
<p>Se ha restablecido el segundo factor de <strong>{login}</strong>. Hasta que configure uno nuevo, basta la contraseña para iniciar sesión.</p>
<p>Si no lo esperaba, responda a este mensaje.</p>
<p>{sender}</p>`,
  },
  suspended: {
    subject: 'Su cuenta está suspendida',
    html: `<p>Hola, {name}:</p>
<p>Su cuenta y sus servicios están suspendidos.</p>
<p>{text}</p>
<p>{sender}</p>`,
  },
  activated: {
    subject: 'Su cuenta vuelve a estar activa',
    html: `<p>Hola, {name}:</p>
<p>Su cuenta y sus servicios vuelven a estar activos.</p>
<p>{sender}</p>`,
  },
  expiry: {
    subject: '{domain} caduca el {day}',
    html: `<p>Hola, {name}:</p>
<p>La suscripción <strong>{domain}</strong> caduca el {day}. Entonces se detendrán sus servicios.</p>
<p>Si desea conservarla, responda a este mensaje.</p>
<p>{sender}</p>`,
  },
  expired: {
    subject: '{domain} ha caducado',
    html: `<p>Hola, {name}:</p>
<p>La suscripción <strong>{domain}</strong> caducó el {day}. Sus servicios se han detenido.</p>
<p>Si desea conservarla, responda a este mensaje.</p>
<p>{sender}</p>`,
  },
  nearLimit: {
    subject: '{domain} ha consumido el {percent} %',
    html: `<p>Hola, {name}:</p>
<p>La suscripción <strong>{domain}</strong> pronto habrá consumido todo lo permitido.</p>
<p>{property}: {used} de {limit} ({percent} %)</p>
<p>{sender}</p>`,
  },
  overLimit: {
    subject: '{domain} ha superado su límite',
    html: `<p>Hola, {name}:</p>
<p>La suscripción <strong>{domain}</strong> consume más de lo permitido.</p>
<p>{property}: {used} de {limit} ({percent} %)</p>
<p>{sender}</p>`,
  },
  suspendedOverLimit: {
    subject: '{domain} está suspendida: límite superado',
    html: `<p>Hola, {name}:</p>
<p>La suscripción <strong>{domain}</strong> consume más de lo permitido, por eso sus servicios están detenidos. Volverán por sí solos en cuanto esté por debajo de su límite.</p>
<p>{property}: {used} de {limit} ({percent} %)</p>
<p>{sender}</p>`,
  },
  message: { subject: '{subject}', html: '{message}' },
  test: {
    subject: 'Mensaje de prueba de {panel}',
    html: `<p>Hola, {name}:</p>
<p>Esto es una prueba: {panel} puede enviar correo.</p>
<p>{sender}</p>`,
  },
}

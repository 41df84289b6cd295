import { beforeAll, expect, test } from 'vitest'
import { byFtp, ownPlaces } from '../agent/ftp-spy.ts'
import { placesOf, searching, trying } from '../agent/spy.ts'
import { logIn as logInBySsh, visit } from '../agent/visitor.ts'
import { password, removalOf } from '../contract/cast.ts'
import { boxes, mailbox, mailingList, shop, withMail } from './cast.ts'
import { mailHost } from './mail-host.ts'

const mail = mailHost('mail', 'ftp')
const { apply, arrived, send } = mail
beforeAll(async () => {
  expect(await apply(shop())).toMatchObject([{ ok: true }])
})

test('a neighbour gets nothing of it, by ssh, by PHP and by FTP', async () => {
  const { sh } = mail.host()
  const secret = 'MARMALADE-IN-THE-ATTIC'
  const reply = { subject: 'Away', text: `${secret} of cato1`, from: null, until: null }
  const lists = [mailingList(3, 'secret@shop1.test', { members: ['member@elsewhere.test'] })]
  const own = shop([...boxes(), mailbox(8, 'replying@shop1.test', { reply })], lists)
  const neighbour = withMail(3, [mailbox(30, 'info@shop3.test')])
  const user = { ...neighbour.user, shell: 'bash' as const }
  expect(await apply(own, { ...neighbour, user })).toMatchObject([{ ok: true }, { ok: true }])
  await send({ to: 'info@shop1.test', text: `${secret} of cato1` })
  await arrived('info@shop1.test', secret)
  await sh(`echo '${secret} of cato1' | sendmail -f info@shop1.test away@elsewhere.test`)

  const login = (await logInBySsh(mail.host(), 'cato3', password))!
  const script = `${trying(own, '1')}\ngrep -r -s -l shop1.test /etc /var /run\n${searching(secret, 'cato1')}`
  await login.run(`cat > spy.sh <<'SPY'\n${script}\nSPY`)
  expect((await login.run('sh spy.sh')).stdout).toBe('reached the end\n')
  await login.run(`echo '<?php system("sh /home/cato3/spy.sh 2>&1");' > web/shop3.test/index.php`)
  const byPhp = await visit(mail.host(), 'shop3.test')
  expect(byPhp).toEqual({ status: 200, text: 'reached the end\n' })

  const { stdout } = await sh('find /home/.mail/cato1 /home/.mail/.lists/3 -type f')
  const letters = stdout.trim().split('\n')
  expect(letters).toContainEqual(expect.stringMatching(/Maildir\/(new|cur)\/./))
  const { files, folders, sockets } = placesOf(own, '1')
  const places = [...letters, ...files, ...folders, ...sockets]
  expect(await byFtp(mail.host(), neighbour, places)).toEqual(ownPlaces)
  login.close()
  await sh('postsuper -d ALL')
  await apply(shop(), removalOf(neighbour))
})

// F-170
test('links in a mailbox lead root nowhere', async () => {
  const folder = '/home/.mail/cato1/1'
  const as = ['setpriv', '--reuid', '70001', '--regid', '70001', '--clear-groups', 'sh', '-c']
  const { run, sh } = mail.host()
  const planted = `rm -rf ${folder}/Maildir; ln -s /etc ${folder}/Maildir; ln -s / ${folder}/root`
  expect(await run([...as, planted])).toMatchObject({ code: 0 })
  const above = await run([...as, `mv ${folder} ${folder}x; touch ${folder}/../x`])
  expect(above).not.toMatchObject({ code: 0 })
  await apply(shop([mailbox(2, 'cato@shop1.test')]))
  expect((await sh('ls -d /etc/passwd /etc/dovecot/dovecot.conf')).code).toBe(0)
  expect((await run(['ls', '/home/.mail/cato1'])).stdout.trim()).toBe('2')
  await apply(shop())
})

import { expect, test } from 'vitest'
import { catalogue, initialValues, type PropertyKey } from '../../src/plans/catalogue.ts'
import { sections } from '../../src/plans/sections.ts'

const labels = (kind: 'service' | 'add-on' | 'reseller') =>
  sections(kind, initialValues(kind), null, []).flatMap(({ fields }) =>
    fields.map(({ label }) => label),
  )

test.each<[string, PropertyKey, string]>([
  ['S-10', 'disk', 'Disk space'],
  ['S-11', 'traffic', 'Traffic'],
  ['S-13', 'mailboxes', 'Mailboxes'],
  ['S-14', 'mailingLists', 'Mailing lists'],
  ['S-15', 'ftpLogins', 'FTP logins'],
  ['S-16', 'subdomains', 'Subdomains'],
  ['S-17', 'databases', 'MySQL databases'],
  ['S-19', 'virusScan', 'E-mail virus scan'],
  ['S-20', 'imap', 'IMAP'],
  ['M-17', 'autoDj', 'AutoDJ'],
  ['M-18', 'autoDjAccounts', 'AutoDJ accounts per service'],
  ['M-19', 'proxy', 'Proxy support (80/443)'],
  ['M-20', 'maxConnections', 'Max connections'],
  ['M-21', 'dataTransfer', 'Data transfer'],
  ['M-22', 'maxBitrate', 'Max bitrate'],
  ['M-23', 'mediaServices', 'Media services'],
  ['R-10', 'diskLimit', 'Disk limit'],
  ['R-22', 'overuse', 'Overuse'],
])('%s: %s is in the forms of all kinds of plans', (_, key, label) => {
  expect(catalogue[key].label).toBe(label)
  for (const kind of ['service', 'add-on', 'reseller'] as const)
    expect(labels(kind)).toContain(label)
})

test('M-23, R-9: a reseller plan limits nothing that nobody limited', () => {
  const { mediaServices, customers, subscriptions, disk } = initialValues('reseller')
  expect([mediaServices, customers, subscriptions, disk]).toEqual(Array(4).fill('unlimited'))
})

test('what only resellers have stands in their plans only', () => {
  for (const label of ['Customers', 'Subscriptions', 'Oversell']) {
    expect(labels('reseller')).toContain(label)
    expect(labels('service')).not.toContain(label)
  }
})

// the choices of the ruling, the strictest first
test('overuse suspends, notifies at so many percent, or does nothing', () => {
  expect(catalogue.overuse.options).toEqual(['suspend', 'notify', 'allow'])
  expect(catalogue.overuseNotice).toMatchObject({ unit: 'percent', least: 1, most: 100 })
})

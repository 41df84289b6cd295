import { canInstall, type Installable } from '../contract/installable.ts'
import type { HostFacts } from '../contract/messages.ts'

/** A service as the page of a host offers it; what belongs together comes together. */
export interface OfferedService {
  feature: Installable
  /** English, the template translates it */
  label: string
  installed: boolean
}

const services: Omit<OfferedService, 'installed'>[] = [
  { feature: 'mail', label: 'Mailboxes and mailing lists' },
  { feature: 'virusScan', label: 'E-mail virus scan' },
  { feature: 'ftp', label: 'FTP' },
  { feature: 'mysql', label: 'MySQL databases' },
  { feature: 'cgi', label: 'Perl and CGI' },
]

/** What can be had on a host beside the web sites of its enrolment. */
export const offeredServices = ({ provides, debian }: HostFacts): OfferedService[] =>
  services
    .map((service) => ({ ...service, installed: provides.includes(service.feature) }))
    .filter(({ feature, installed }) => installed || canInstall(feature, debian))

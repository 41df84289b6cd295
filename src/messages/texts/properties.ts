import type { MailLanguage } from './texts.ts'

/** What mails tell of, by its key; called as the panel calls it. */
const names: Record<MailLanguage, Record<string, string>> = {
  en: { disk: 'Disk space', traffic: 'Traffic' },
  de: { disk: 'Festplattenspeicher', traffic: 'Transfervolumen' },
  es: { disk: 'Espacio en disco', traffic: 'Transferencia' },
  it: { disk: 'Spazio su disco', traffic: 'Traffico' },
}

export const propertyName = (language: MailLanguage, key: string): string =>
  names[language][key] ?? key

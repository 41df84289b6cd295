import { origin, type Visitor } from '../support/web.ts'

/** What a browser sends when somebody has chosen this file. */
export async function upload(
  who: Visitor,
  content: string | Uint8Array<ArrayBuffer>,
  more: Record<string, string> = {},
  name = 'customers.csv',
): Promise<Response> {
  const form = new FormData()
  for (const [field, value] of Object.entries({ _csrf: who.token, plan: '', ...more })) {
    form.append(field, value)
  }
  form.append('file', new File([content], name, { type: 'text/csv' }))
  return who.ask('/customers/import', { method: 'POST', body: form, headers: { Origin: origin } })
}

/** The address of the preview. */
export async function uploaded(...sent: Parameters<typeof upload>): Promise<string> {
  const answer = await upload(...sent)
  return answer.headers.get('location') ?? `${answer.status} ${await answer.text()}`
}

export const seenIn = (html: string) => /name="seen" value="([^"]+)"/.exec(html)?.[1] ?? ''

/** Agrees to what its preview says. */
export const confirmed = async (who: Visitor, address: string) =>
  who.post(address, { seen: seenIn(await who.read(address)) })

export const csvOf = (...lines: string[][]) => lines.map((line) => line.join(',')).join('\n')

export const header = ['Name', 'E-mail', 'Login', 'Domain', 'Plan']
export const anna = ['Anna', 'anna@example.org', 'anna', 'anna-shop.test', 'gold']
export const bert = ['Bert', 'bert@example.org', '', '', '']
export const two = csvOf(header, anna, bert)

/** What is told of each line that is left out, by its number. */
export async function leftIn(who: Visitor, address: string): Promise<Record<string, string>> {
  const file = await who.read(`${address}/left.csv`)
  const rows = file.replace('\uFEFF', '').trim().split('\r\n').slice(1)
  return Object.fromEntries(
    rows.map((row) => {
      const [, line, quoted, plain] = /^(\d+),(?:"((?:[^"]|"")*)"|([^,]*))/.exec(row)!
      return [line!, (quoted ?? plain!).replaceAll('""', '"')]
    }),
  )
}

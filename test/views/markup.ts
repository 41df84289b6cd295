/** What the compiler cannot see in a template: the markup between the tags. */
export function complaints(view: string, source: string): string[] {
  const said = (index: number, text: string) =>
    `views/${view}:${source.slice(0, index).split('\n').length}: ${text}`
  const found: string[] = []

  if (!/@props\s/.test(source.split('\n')[0] ?? '')) {
    found.push(said(0, 'the first line says no @props'))
  }
  for (const { 1: code = '', index } of source.matchAll(/<%~\s*([\s\S]*?)%>/g)) {
    if (!/^(include\(|it\.body\s*$)/.test(code)) {
      found.push(said(index, 'only includes and a layout’s body are printed unescaped'))
    }
  }
  for (const { 0: element, index } of withoutCode(source).matchAll(/<[a-z][^>]*>/gi)) {
    const bare = element.replaceAll(/"[^"]*"|'[^']*'/g, '""')
    if (/=(?!")/.test(bare)) found.push(said(index, 'an attribute without quotes'))
    if (/\shx-/.test(bare)) found.push(said(index, 'hx-… is written data-hx-…'))
    if (/\s(style|on[a-z]+)=/i.test(bare)) found.push(said(index, 'no inline style or script'))
  }
  return found
}

/** Code becomes a letter per sign, line breaks stay: so do all positions. */
const withoutCode = (source: string) =>
  source.replaceAll(/<%[\s\S]*?%>/g, (code) => code.replaceAll(/[^\n]/g, 'x'))

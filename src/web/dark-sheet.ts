const dark = '[data-bs-theme=dark]'

/**
 * Tabler turns dark by an attribute that a script would set. We ask the browser instead: these are
 * the same rules for `:root`, linked with `media="(prefers-color-scheme: dark)"`.
 */
export const darkSheet = (sheet: string): string => rules(sheet).map(darkRule).join('')

interface Rule {
  /** a selector list, or an at-rule up to its brace */
  head: string
  body: string
}

function darkRule({ head, body }: Rule): string {
  if (head.startsWith('@media')) {
    const inner = darkSheet(body)
    return inner && `${head}{${inner}}`
  }
  if (head.startsWith('@')) return ''
  const own = head
    .split(',')
    .filter((selector) => selector.startsWith(dark) || selector.startsWith(`:root${dark}`))
  return own.length > 0 ? `${own.map(forRoot).join(',')}{${body}}` : ''
}

/** As specific as before: an attribute weighs as much as `:root`. */
const forRoot = (selector: string) => selector.replace(`:root${dark}`, dark).replace(dark, ':root')

/** Top-level rules of a sheet; statements without braces (`@charset`) and comments are left out. */
function rules(sheet: string): Rule[] {
  const text = sheet.replaceAll(/\/\*[\s\S]*?\*\//g, '')
  const found: Rule[] = []
  let depth = 0
  let start = 0
  let open = 0
  for (const { 0: mark, index } of text.matchAll(/"[^"]*"|url\([^")]*\)|[{};]/g)) {
    if (mark === '{' && depth++ === 0) open = index
    if (mark === '}' && --depth === 0) {
      found.push({ head: text.slice(start, open).trim(), body: text.slice(open + 1, index) })
    }
    if (depth === 0 && (mark === '}' || mark === ';')) start = index + 1
  }
  return found
}

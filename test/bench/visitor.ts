/** A browser as far as the bench needs one: keeps cookies, fills in the form of a page, follows. */
export function visitor(base: string) {
  const cookies = new Map<string, string>()

  async function ask(path: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(new URL(path, base), {
      ...init,
      redirect: 'manual',
      headers: { cookie, origin: base },
    })
    for (const line of answer.headers.getSetCookie()) {
      const [name, value] = line.split(';')[0]!.split('=') as [string, string]
      cookies.set(name, value)
    }
    const next = answer.headers.get('location')
    return next ? ask(next) : answer
  }

  return {
    /** Opens the page's form now, sends it when called, and gives the text it leads to. */
    async form(path: string, fields: Record<string, string>) {
      const page = await (await ask(path)).text()
      const hidden = page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)
      const body = new URLSearchParams(Object.fromEntries([...hidden].map((m) => [m[1], m[2]])))
      for (const [name, value] of Object.entries(fields)) body.set(name, value)
      return async () => (await ask(path, { method: 'POST', body })).text()
    },
  }
}

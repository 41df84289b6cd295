/** How the web app is reached; all other settings live in the database. */
export interface WebSettings {
  /** `https://panel.example` when a proxy in front of us ends TLS; null = as the request says */
  publicOrigin: string | null
  /** cookies only over https; needs a secure public origin */
  secureCookies: boolean
  /** tells browsers to insist on https for a year */
  strictTransport: boolean
  /** peers whose X-Forwarded-For is believed, as addresses */
  trustedProxies: readonly string[]
}

export const localSettings: WebSettings = {
  publicOrigin: null,
  secureCookies: false,
  strictTransport: false,
  trustedProxies: [],
}

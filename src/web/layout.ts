import type { Notice } from './notice.ts'

/** What a page tells its layout: `layout('/layouts/page', { title: it.t('Plans') })`. */
export interface PageLayout {
  title: string
  /** one sentence under the title */
  lead?: string
  /** from the top down, without the page itself */
  crumbs?: Link[]
  /** the one thing most people come to this page to do */
  action?: Link
  /** another way to the same, beside it */
  second?: Link
  /** seconds after which the page loads again where there is no JavaScript */
  refresh?: number
}

export interface Link {
  href: string
  label: string
}

export interface SaidNotice {
  said: Notice
}

/** A word with a colour; the word alone must say it all. */
export interface State {
  label: string
  tone: 'good' | 'busy' | 'wait' | 'bad' | 'off'
}

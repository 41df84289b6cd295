import sanitize from 'sanitize-html'

const align = { 'text-align': [/^(?:left|right|center|justify)$/] }

/**
 * HTML that somebody typed, or that was put together from what somebody typed: formatting and links,
 * nothing that runs, loads a style or posts a form (F-68). Pictures come over https only.
 */
export const clean = (html: string): string =>
  sanitize(html, {
    allowedTags: [
      ...['p', 'br', 'hr', 'div', 'span', 'h1', 'h2', 'h3', 'h4', 'blockquote', 'pre', 'code'],
      ...['strong', 'b', 'em', 'i', 'u', 's', 'small', 'sub', 'sup', 'a', 'img'],
      ...['ul', 'ol', 'li', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
    ],
    allowedAttributes: {
      '*': ['style', 'dir', 'lang'],
      a: ['href', 'title'],
      img: ['src', 'alt', 'width', 'height'],
      td: ['colspan', 'rowspan'],
      th: ['colspan', 'rowspan', 'scope'],
    },
    allowedSchemes: ['http', 'https', 'mailto'],
    allowedSchemesByTag: { img: ['https'] },
    allowProtocolRelative: false,
    allowedStyles: {
      '*': {
        ...align,
        color: [/^#[0-9a-f]{3,6}$/i, /^[a-z]{3,20}$/i],
        'background-color': [/^#[0-9a-f]{3,6}$/i, /^[a-z]{3,20}$/i],
        'font-weight': [/^(?:bold|normal|[1-9]00)$/],
        'font-style': [/^(?:italic|normal)$/],
        'text-decoration': [/^(?:underline|line-through|none)$/],
      },
    },
    nestingLimit: 50,
  })

/** What visitors see before the customer has put a site there, and while it is suspended. */
export const placeholderPage = page(
  'Welcome',
  'This web site has just been set up. Its owner has not uploaded any pages yet.',
)

/** @param text of the customer's, plain; lines stay lines */
export const suspendedPage = (text = 'This site is suspended.'): string =>
  page('Suspended', harmless(text).replaceAll('&#10;', '<br>'))

/** All but letters, digits, spaces, dots and commas as references: safe in HTML and in nginx's own strings. */
const harmless = (text: string): string =>
  text.replaceAll(/[^A-Za-z0-9 .,]/gu, (character) => `&#${character.codePointAt(0)};`)

function page(title: string, text: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>
body { margin: 20vh auto; max-width: 34rem; padding: 0 1rem; text-align: center;
  font: 1.1rem/1.5 system-ui, sans-serif; color: #1d273b; background: #f6f8fb }
@media (prefers-color-scheme: dark) { body { color: #dce1e7; background: #151f2c } }
</style>
</head>
<body>
<h1>${title}</h1>
<p>${text}</p>
</body>
</html>
`
}

/** On the lists of what people choose, as it is, twice in a row, or with a few signs around it (F-50). */
export async function isCommon(password: string): Promise<boolean> {
  const list = await common()
  const whole = password.toLowerCase()
  const bare = whole.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
  const half = whole.slice(0, Math.ceil(whole.length / 2))
  return (
    list.has(whole) ||
    (half + half === whole && list.has(half)) ||
    (list.has(bare) && whole.length - bare.length <= 6)
  )
}

let loaded: Promise<Set<string>> | undefined

/** 30,000 words, wanted seldom: not worth their place until somebody sets a password. */
function common(): Promise<Set<string>> {
  loaded ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) => new Set(dictionary['passwords-common']),
  )
  return loaded
}

import { MAX_MEMBERS } from '../contract/mail.ts'
import { Invalid } from '../errors.ts'
import { foreignAddress } from '../names/address.ts'

/** So many wrong lines are named; who has more pasted something else. */
const mostNamed = 5

/**
 * Addresses, one a line; each once, sorted, in lower case. Whoever pastes a thousand is told of the
 * lines that are wrong, by their numbers.
 *
 * @throws {Invalid} at `members`
 */
export function members(typed: string): string[] {
  const found = new Set<string>()
  const wrong: string[] = []
  for (const [index, line] of typed.split('\n').entries()) {
    const word = bare(line)
    if (word === '') continue
    const address = addressIn(word)
    if (address) found.add(address)
    else wrong.push(`${index + 1} (${word.slice(0, 60)})`)
  }
  if (wrong.length > 0) {
    throw new Invalid('members', 'These lines are no e-mail addresses: {lines}', {
      lines: `${wrong.slice(0, mostNamed).join(', ')}${wrong.length > mostNamed ? ', …' : ''}`,
    })
  }
  if (found.size > MAX_MEMBERS) {
    throw new Invalid('members', 'A list has at most {maximum} members.', { maximum: MAX_MEMBERS })
  }
  return [...found].sort()
}

/** `Cato <cato@shop.example>,` as mail programs copy it. */
const bare = (line: string): string => {
  const trimmed = line.trim().replace(/[,;]$/, '').trim()
  return /<([^<>]*)>$/.exec(trimmed)?.[1]?.trim() ?? trimmed
}

function addressIn(word: string): string | undefined {
  try {
    return foreignAddress(word, 'members')
  } catch (refusal) {
    if (refusal instanceof Invalid) return undefined
    throw refusal
  }
}

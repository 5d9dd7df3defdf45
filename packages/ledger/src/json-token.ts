/** A JSON string inside of a text. */
export interface Token {
  readonly text: string
  /** The index after the closing quote. */
  readonly end: number
}

/** Reads the JSON string at `from`; `undefined` where no JSON string begins. */
export function readToken(line: string, from: number): Token | undefined {
  if (line[from] !== '"') return undefined
  let end = line.indexOf('"', from + 1)
  // A quote after an odd number of backslashes belongs to the string.
  while (end !== -1 && isEscaped(line, end)) end = line.indexOf('"', end + 1)
  if (end === -1) return undefined
  const raw = line.slice(from + 1, end)
  if (!raw.includes('\\')) return { text: raw, end: end + 1 }
  try {
    return { text: JSON.parse(`"${raw}"`) as string, end: end + 1 }
  } catch {
    return undefined
  }
}

function isEscaped(line: string, quote: number): boolean {
  let backslashes = 0
  while (line[quote - 1 - backslashes] === '\\') backslashes++
  return backslashes % 2 === 1
}

/** True for a string with at least one character. */
export function isToken(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

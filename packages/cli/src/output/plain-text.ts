/**
 * Control characters, and characters that change the direction of text: both could rewrite earlier text on the screen.
 */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

/**
 * Text from the bucket, safe for a terminal: an attacker who can make a job fail chooses the error's message, and must
 * not choose the content of the screen.
 */
export function plainText(text: string): string {
  return text.replaceAll(UNSAFE, escape)
}

/** The same for several lines: line feeds and tabs stay. */
export function plainLines(text: string): string {
  return text.replaceAll(UNSAFE, (character) =>
    character === '\n' || character === '\t' ? character : escape(character),
  )
}

/** JSON with the same value for a parser, and harmless to a terminal. */
export function plainJson(value: unknown, indent?: number): string {
  return plainLines(JSON.stringify(value, undefined, indent))
}

function escape(character: string): string {
  if (character === '\n') return String.raw`\n`
  if (character === '\t') return String.raw`\t`
  return String.raw`\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
}

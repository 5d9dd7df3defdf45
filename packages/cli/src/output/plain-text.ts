/** Control characters, and those that turn the direction of what follows: they could rewrite what stands before them. */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

/**
 * Text from the bucket, as a terminal may be given it: whoever can make a job fail chooses its error's message, and must
 * not be able to choose what the screen says.
 */
export function plainText(text: string): string {
  return text.replaceAll(UNSAFE, escape)
}

/** The same for many lines: line feeds and tabs stay. */
export function plainLines(text: string): string {
  return text.replaceAll(UNSAFE, (character) =>
    character === '\n' || character === '\t' ? character : escape(character),
  )
}

/** JSON that is the same to a parser, and harmless to a terminal. */
export function plainJson(value: unknown, indent?: number): string {
  return plainLines(JSON.stringify(value, undefined, indent))
}

function escape(character: string): string {
  if (character === '\n') return String.raw`\n`
  if (character === '\t') return String.raw`\t`
  return String.raw`\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
}

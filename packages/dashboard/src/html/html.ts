/**
 * Markup that is safe by construction. Every value in a template is escaped, unless a template made the value. There is
 * no other way to make markup, so the texts of jobs and operators can only ever be text.
 */

/** The only value that is not escaped again. Not exported as a value: only {@link html} makes markup. */
class Markup {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }
}

export type Html = Markup

/** The values of a template. `null`, `undefined` and `false` render as nothing. */
export type HtmlValue = Html | string | number | null | undefined | false | readonly HtmlValue[]

/**
 * @throws TypeError for a value in an attribute without quotes, because escaping does not protect such a value
 * @example html`<a href="${link}">${jobName}</a>`
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let text = strings[0] ?? ''
  for (const [index, value] of values.entries()) {
    if (text.endsWith('=')) throw new TypeError(`an attribute needs quotes: ${text.slice(-40)}`)
    text += textOf(value) + (strings[index + 1] ?? '')
  }
  return new Markup(text)
}

function textOf(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return ''
  if (value instanceof Markup) return value.toString()
  if (Array.isArray(value)) return (value as readonly HtmlValue[]).map(textOf).join('')
  return escapeText(String(value))
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeText(text: string): string {
  return text.toWellFormed().replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? '')
}

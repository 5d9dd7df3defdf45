import { describe } from './describe.ts'

const MOST = 5

/**
 * A value for an error message about an option that may hold a secret, such as a password, or an address whose path is
 * one: the shape of the value, and of an address the host, but no text of the value.
 */
export function describeShape(value: unknown, depth = 0): string {
  if (typeof value === 'string') return shapeOfText(value)
  if (value instanceof URL) return shapeOfText(value.href)
  if (typeof value !== 'object' || value === null) return describe(value)
  if (Array.isArray(value))
    return depth > 1 ? 'a list' : `[${listed(value.map((item) => describeShape(item, depth + 1)))}]`
  if (Object.getPrototypeOf(value) !== Object.prototype || depth > 1) return 'an object'
  const fields = Object.entries(value).map(([name, field]) => `${name}: ${describeShape(field, depth + 1)}`)
  return fields.length === 0 ? '{}' : `{ ${listed(fields)} }`
}

function shapeOfText(text: string): string {
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return `an address at ${new URL(text).host}`
  return text === '' ? 'an empty text' : `a text of length ${text.length}`
}

function listed(parts: readonly string[]): string {
  return parts.length > MOST ? `${parts.slice(0, MOST).join(', ')}, …` : parts.join(', ')
}

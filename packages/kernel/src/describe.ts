import { inspect } from 'node:util'
import { hideConnections, hideInInspected, hideInText, LONGEST_READ } from './hide-connections.ts'

const LONGEST = 120

/**
 * A value as it should appear in an error message: one line, strings in quotes, at most 120 characters, so that a user
 * sees what was received without a page of output. Connection strings are shown without their secrets.
 */
export function describe(value: unknown): string {
  if (value instanceof Error) return cut(hideInText(singleLine(`${value.name}: ${value.message}`)))
  if (value instanceof URL) return cut(`URL ${hideConnections(value.href)}`)
  if (typeof value === 'function') return value.name === '' ? 'a function' : `function ${value.name}`
  const text =
    typeof value === 'string'
      ? JSON.stringify(hideConnections(value).slice(0, LONGEST))
      : hideInInspected(
          singleLine(
            inspect(value, {
              depth: 1,
              breakLength: Infinity,
              maxArrayLength: 5,
              // One more, so that a longer one is known for that.
              maxStringLength: LONGEST_READ + 1,
              compact: true,
            }),
          ),
        )
  return cut(text)
}

/** Errors, and objects with their own way to be shown, come with line breaks. */
function singleLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ')
}

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text
}

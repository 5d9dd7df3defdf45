import nodeModule from 'node:module'
import type { inspect } from 'node:util'
import { hideConnections, hideInInspected, hideInText, LONGEST_READ } from './hide-connections.ts'

const LONGEST = 120
/**
 * The number of inspected characters that are searched for secrets. Hidden texts are shorter than before, so a few more
 * than the shown characters must be read: 32 of the longest connection strings in a row.
 */
const LONGEST_INSPECTED = 32 * LONGEST_READ

/**
 * A value for an error message: one line, strings in quotes, at most 120 characters, so that a user sees the received
 * value without a page of output. Connection strings are shown without their secrets. No value makes the function throw.
 */
export function describe(value: unknown): string {
  try {
    return shown(value)
  } catch {
    // A getter, an inspect method or a proxy of the application threw: the message is about the value, and not about that.
    return 'an unreadable value'
  }
}

function shown(value: unknown): string {
  if (value instanceof Error) return cut(hideInText(singleLine(`${value.name}: ${value.message}`)))
  if (value instanceof URL) return cut(`URL ${hideConnections(value.href)}`)
  if (typeof value === 'function') return value.name === '' ? 'a function' : `function ${value.name}`
  const text =
    typeof value === 'string'
      ? JSON.stringify(hideConnections(value).slice(0, LONGEST))
      : hideInInspected(
          singleLine(
            inspectOf()(value, {
              depth: 1,
              breakLength: Infinity,
              maxArrayLength: 5,
              // One character more than the limit shows that a string is longer than the limit.
              maxStringLength: LONGEST_READ + 1,
              compact: true,
              // The names of fields, messages of errors and names of symbols have no limit in `inspect`.
            }).slice(0, LONGEST_INSPECTED),
          ),
        )
  return cut(text)
}

/**
 * By `require`, at the first message: an import of `node:util` has Node.js load every lazy part of the module, threads
 * among them, which takes 1 to 2 MiB and some 4 ms. The place of a `require` for parts of Node.js alone does not matter.
 * `createRequire` is not imported by name: a bundle of esbuild may declare that name in its banner.
 */
function inspectOf(): typeof inspect {
  return (nodeModule.createRequire('/')('node:util') as { readonly inspect: typeof inspect }).inspect
}

/** The texts of errors, and of objects with an inspect method of their own, contain line breaks. */
function singleLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ')
}

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text
}

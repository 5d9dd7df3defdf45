import nodeModule from 'node:module'
import type { inspect } from 'node:util'
import { hideConnections, hideInInspected, hideInText, LONGEST_READ } from './hide-connections.ts'

const LONGEST = 120

/**
 * A value for an error message: one line, strings in quotes, at most 120 characters, so that a user sees the received
 * value without a page of output. Connection strings are shown without their secrets.
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
            inspectOf()(value, {
              depth: 1,
              breakLength: Infinity,
              maxArrayLength: 5,
              // One character more than the limit shows that a string is longer than the limit.
              maxStringLength: LONGEST_READ + 1,
              compact: true,
            }),
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

import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { SerializedError } from 'vitest/node'

/**
 * An error in one line: its kind and the running test where the error belongs to no test, its place in the sources of the
 * repository, the first line of its message, and its causes.
 *
 * @param root the folder of the repository
 * @returns such as `Unhandled Rejection while a.test.ts > holds ran: Error: gone (at packages/lock/src/lease.ts:3:5)`
 */
export function describeError(error: SerializedError, root: string): string {
  const path = error['VITEST_TEST_PATH']
  const test = error['VITEST_TEST_NAME']
  const running =
    typeof path === 'string' ? ` while ${[relative(root, path), test].filter(Boolean).join(' > ')} ran` : ''
  const kind = typeof error['type'] === 'string' ? `${error['type']}${running}: ` : ''
  return `${kind}${withCauses(error, root)}`
}

function withCauses(error: SerializedError, root: string): string {
  const { cause, name, stack } = error
  const code = typeof error['code'] === 'string' ? ` [${error['code']}]` : ''
  const frame = ownFrame(stack ?? '', root)
  // The default reporter prefixes the name of a cause that it has printed.
  const own = `${name?.replace(/^Caused by: /, '') ?? 'Error'}: ${firstLine(error.message)}${code}${frame === undefined ? '' : ` (at ${frame})`}`
  return cause?.message === undefined ? own : `${own}, caused by ${withCauses(cause, root)}`
}

function firstLine(message: unknown): string {
  return stripVTControlCharacters(String(message)).trim().split('\n', 1).join('')
}

/** The innermost place of a stack that is in the repository and in no installed package. */
function ownFrame(stack: string, root: string): string | undefined {
  const places = stack.split('\n').map((line) => /^\s+at .*?(?:file:\/\/)?(\/[^()]+:\d+:\d+)\)?$/.exec(line)?.[1])
  const own = places.find((place) => place?.startsWith(root) && !place.includes('/node_modules/'))
  return own === undefined ? undefined : relative(root, own)
}

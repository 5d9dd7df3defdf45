import { nameAdvice, redactParameter } from '@s3sched/kernel'
import { connectionError } from './connection-error.ts'

const GIVE_OR_LEAVE_OUT = 'Give it one, or leave the parameter out'
const KEEP_ONE = 'Keep one of them'

/** Splits `path?name=value&…`; an unknown, empty or repeated parameter is refused. */
export function takeParameters<const Name extends string>(
  connection: string,
  rest: string,
  known: readonly Name[],
): { readonly path: string; readonly parameters: ReadonlyMap<Name, string> } {
  const mark = rest.indexOf('?')
  if (mark < 0) return { path: rest, parameters: new Map() }
  if (rest.includes('@', mark)) {
    // The text may be the rest of a secret instead of a parameter: show no name.
    throw connectionError(
      connection,
      "it holds an '@' behind a '?'",
      "Write a '?' in credentials as %3F, an '@' in a parameter as %40",
    )
  }
  const parameters = new Map<Name, string>()
  for (const [given, value] of new URLSearchParams(rest.slice(mark + 1).replaceAll('+', '%2B'))) {
    const name = known.find((candidate) => candidate === given)
    if (name === undefined)
      throw connectionError(connection, `unknown parameter '${redactParameter(given)}'`, hint(given, known))
    if (value === '') throw connectionError(connection, `parameter '${given}' has no value`, GIVE_OR_LEAVE_OUT)
    if (parameters.has(name)) throw connectionError(connection, `parameter '${given}' stands there twice`, KEEP_ONE)
    parameters.set(name, value)
  }
  return { path: rest.slice(0, mark), parameters }
}

function hint(given: string, known: readonly string[]): string {
  if (known.length === 0) return 'This scheme has none; a question mark in a path is written %3F'
  return nameAdvice(given, known)
}

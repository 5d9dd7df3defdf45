import { describe } from '@s3sched/kernel'

/** A thrown value as plain data that every channel can carry. */
export type PackedThrown =
  | {
      readonly kind: 'error'
      readonly name: string
      readonly message: string
      readonly stack: string | undefined
      /** The error's own fields, such as `code`, `retriable` and `retryAfterMs`. */
      readonly fields: Readonly<Record<string, unknown>>
      readonly cause: PackedThrown | undefined
      readonly errors: readonly PackedThrown[] | undefined
    }
  | { readonly kind: 'value'; readonly value: unknown }

const DEEPEST_CAUSE = 8
const MOST_ERRORS = 16
const NAMED = new Set(['name', 'message', 'stack', 'cause', 'errors'])
const NATIVE: Readonly<Record<string, ErrorConstructor>> = {
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
}

/**
 * Packs a thrown value. The structured clone of an error would lose the error's own fields, and fails where a field
 * can't be cloned; here such a field becomes text.
 */
export function packThrown(thrown: unknown, depth = 0): PackedThrown {
  if (!isError(thrown)) return { kind: 'value', value: cloneable(thrown) }
  const cause = depth < DEEPEST_CAUSE && 'cause' in thrown ? packThrown(thrown.cause, depth + 1) : undefined
  const errors: unknown = (thrown as { readonly errors?: unknown }).errors
  return {
    kind: 'error',
    name: describeText(thrown.name),
    message: describeText(thrown.message),
    stack: typeof thrown.stack === 'string' ? thrown.stack : undefined,
    fields: Object.fromEntries(
      Object.entries(thrown)
        .filter(([name]) => !NAMED.has(name))
        .map(([name, value]) => [name, cloneable(value)]),
    ),
    cause,
    errors:
      depth < DEEPEST_CAUSE && Array.isArray(errors)
        ? errors.slice(0, MOST_ERRORS).map((each) => packThrown(each, depth + 1))
        : undefined,
  }
}

/** The thrown value again: an `Error` with the name, the message, the stack and the fields of the original. */
export function unpackThrown(packed: PackedThrown): unknown {
  if (packed.kind === 'value') return packed.value
  const { cause, errors, fields, message, name, stack } = packed
  const options = cause === undefined ? undefined : { cause: unpackThrown(cause) }
  const error =
    errors === undefined
      ? new (NATIVE[name] ?? Error)(message, options)
      : new AggregateError(errors.map(unpackThrown), message, options)
  Object.assign(error, fields)
  // Not enumerable, as in an error of the language.
  if (error.name !== name) Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true })
  Object.defineProperty(error, 'stack', { value: stack, configurable: true, writable: true })
  return error
}

function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]'
}

/** An error may have been given any name and message. */
function describeText(value: unknown): string {
  return typeof value === 'string' ? value : describe(value)
}

function cloneable(value: unknown): unknown {
  try {
    return structuredClone(value)
  } catch {
    return describe(value)
  }
}

import { MAX_JSON_BYTES, toBoundedJson, type JsonValue } from './bounded-json.ts'
import { isError } from './is-error.ts'

/** Any thrown value as plain bounded data, to be stored, sent and shown. */
export interface SerializedError {
  readonly name: string
  readonly message: string
  readonly code?: string | number
  readonly retriable?: boolean
  readonly stack?: string
  readonly cause?: SerializedError
  /** The members of an AggregateError. */
  readonly errors?: readonly SerializedError[]
  /** The other own enumerable fields of the error. */
  readonly details?: JsonValue
  /** The thrown value, if the value was no error. */
  readonly thrown?: JsonValue
  /** A remark of the code that kept the error, such as the reason why there was no further attempt. */
  readonly note?: string
}

const DEEPEST_CAUSE = 8
const MOST_ERRORS = 16
const NAMED = new Set(['name', 'message', 'stack', 'cause', 'errors', 'code', 'retriable'])

/**
 * Never throws for any thrown value: a string, `undefined`, an error whose getters throw, an error that is its own
 * cause.
 * @param maxBytes - the size limit of the JSON; the stack and the causes are cut before the message is.
 * @default 65536
 */
export function serializeError(thrown: unknown, maxBytes: number = MAX_JSON_BYTES): SerializedError {
  return toBoundedJson(fieldsOf(thrown, new Set()), maxBytes) as unknown as SerializedError
}

function fieldsOf(thrown: unknown, seen: Set<unknown>): SerializedError {
  if (!isErrorLike(thrown)) {
    const shown = toBoundedJson(thrown, 2048)
    const kind = thrown === undefined || thrown === null ? String(thrown) : `${typeof thrown} ${JSON.stringify(shown)}`
    const message = typeof thrown === 'string' ? thrown : `${kind} was thrown, which is not an error`
    return { name: 'NotAnError', message: shorten(message), thrown: shown }
  }
  seen.add(thrown)
  const get = (key: string): unknown => readField(thrown, key)
  const { code, retriable, stack, cause, errors } = {
    code: get('code'),
    retriable: get('retriable'),
    stack: get('stack'),
    cause: get('cause'),
    errors: get('errors'),
  }
  const details = detailsOf(thrown)
  const inner = (value: unknown): SerializedError => fieldsOf(value, new Set(seen))
  const goesOn = seen.size < DEEPEST_CAUSE
  return {
    name: textOf(get('name'), 'Error').slice(0, 256),
    message: shorten(textOf(get('message'), '')),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(typeof retriable === 'boolean' ? { retriable } : {}),
    ...(typeof stack === 'string' ? { stack: shorten(stack) } : {}),
    ...(cause === undefined || !goesOn || seen.has(cause) ? {} : { cause: inner(cause) }),
    ...(Array.isArray(errors) && goesOn ? { errors: errors.slice(0, MOST_ERRORS).map(inner) } : {}),
    ...(details === undefined ? {} : { details }),
  }
}

/** An error of this or another realm, such as one from `node:vm`. Applications give errors all kinds of names. */
function isErrorLike(thrown: unknown): thrown is object {
  if (typeof thrown !== 'object' || thrown === null) return false
  if (isError(thrown)) return true
  return typeof readField(thrown, 'message') === 'string' && typeof readField(thrown, 'name') === 'string'
}

function detailsOf(error: object): JsonValue | undefined {
  const entries = keysOf(error)
    .filter((key) => !NAMED.has(key))
    .map((key): [string, unknown] => [key, readField(error, key)])
    .filter(([, value]) => value !== undefined && !isEmpty(value))
  return entries.length === 0 ? undefined : toBoundedJson(Object.fromEntries(entries), 4096)
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

function keysOf(error: object): string[] {
  try {
    return Object.keys(error)
  } catch {
    // A proxy may refuse the call; then the error has no details.
    return []
  }
}

function readField(from: object, key: string): unknown {
  try {
    return (from as Record<string, unknown>)[key]
  } catch {
    return '[unreadable]'
  }
}

function textOf(value: unknown, fallback: string): string {
  if (typeof value === 'string') return value
  return value === undefined ? fallback : JSON.stringify(toBoundedJson(value, 2048))
}

function shorten(text: string): string {
  return text.length <= 8192
    ? text
    : `${text.slice(0, 8192).toWellFormed()}… [cut: ${text.length - 8192} more characters]`
}

import { S3SchedError } from './error.ts'

/** A value of JSON. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue }

/** The default size limit of {@link toBoundedJson}, in bytes of UTF-8. */
export const MAX_JSON_BYTES = 65_536

/** Room for the longest marker of a cut, and the least room for any value. */
const MARKER_BYTES = 48
const LEAST_BYTES = 64
const DEEPEST = 64
/** A digit and a comma. */
const LEAST_ITEM_BYTES = 2

/**
 * The JSON of an arbitrary value, at most `maxBytes` once stringified. No value makes the function throw: the excess is
 * cut, and a marker says how much is missing.
 *
 * The result follows `JSON.stringify`, except: a cycle is `"[circular]"`, a BigInt its digits, a Map its entries, a Set
 * its members, an Error its name, message and fields, binary data its size; a getter that throws is
 * `"[unreadable: …]"`. A value that JSON leaves out (a function, a symbol, `undefined`) is `null` at the top level.
 *
 * When the value is too large, each member may use at most half of the remaining room, so that a small field after a
 * huge one survives.
 *
 * @param maxBytes - at least 64
 * @throws S3SchedError `INVALID_ARGUMENT` for another `maxBytes`
 */
export function toBoundedJson(value: unknown, maxBytes: number = MAX_JSON_BYTES): JsonValue {
  if (!Number.isSafeInteger(maxBytes) || maxBytes < LEAST_BYTES) {
    throw new S3SchedError(`expected maxBytes to be an integer >= ${LEAST_BYTES}, got ${String(maxBytes)}`, {
      code: 'INVALID_ARGUMENT',
    })
  }
  if (value === undefined) return null
  const greedy = new Walk(1)
  const whole = greedy.visit(value, maxBytes, 0)
  if (!greedy.cut) return whole?.json ?? null
  return new Walk(2).visit(value, maxBytes, 0)?.json ?? null
}

/**
 * True for a value that {@link toBoundedJson} would leave as it is: plain JSON of at most `maxBytes` bytes of UTF-8. Fields
 * without a value are no matter. A check costs a fraction of the copy.
 */
export function isBoundedJson(value: unknown, maxBytes: number): boolean {
  try {
    // The sizes of small values need not be known: the most that they can be is enough.
    return roomAfter(value, maxBytes, 0, mostBytesOf) >= 0 || roomAfter(value, maxBytes, 0, bytesOf) >= 0
  } catch {
    return false // a getter threw, which toBoundedJson describes
  }
}

type Scalar = null | boolean | number | string

/** The bytes left of `room` after a value; negative where they do not suffice, and for a value that is no plain JSON. */
function roomAfter(value: unknown, room: number, depth: number, bytes: (scalar: Scalar) => number): number {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return room - bytes(value)
  if (typeof value === 'number') return Number.isFinite(value) ? room - bytes(value) : -1
  if (typeof value !== 'object' || depth >= DEEPEST) return -1
  let left = room - 2
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) if ((left = roomAfter(item, left - 1, depth + 1, bytes)) < 0) return -1
    return left
  }
  if (Object.getPrototypeOf(value) !== Object.prototype || 'toJSON' in value) return -1
  const fields = value as Readonly<Record<string, unknown>>
  for (const key of Object.keys(fields)) {
    const field = fields[key]
    if (field === undefined) continue
    if (key === '__proto__' || (left = roomAfter(field, left - bytes(key) - 2, depth + 1, bytes)) < 0) return -1
  }
  return left
}

/** The longest number is `-1.2345678901234567e-123`, and `\u0000` is the longest form of a character. */
function mostBytesOf(scalar: Scalar): number {
  return typeof scalar === 'string' ? 6 * scalar.length + 2 : 24
}

/** A value and its size in bytes when stringified. */
interface Sized {
  readonly json: JsonValue
  readonly bytes: number
}

class Walk {
  /** True once anything was left out for its size. */
  cut = false
  readonly #ancestors = new Set<object>()
  readonly #share: number

  /** @param share - a member of a list or object may take one `share`-th of the remaining room. */
  constructor(share: number) {
    this.#share = share
  }

  /**
   * `undefined` for a value that JSON leaves out. The result fits in `room` if `room` is at least {@link LEAST_BYTES}.
   */
  visit(value: unknown, room: number, depth: number): Sized | undefined {
    switch (typeof value) {
      case 'string':
        return this.#text(value, room)
      case 'bigint':
        return this.#text(String(value), room)
      case 'number':
        // JSON has no negative zero either.
        return sized(Number.isFinite(value) ? value + 0 : null)
      case 'boolean':
        return sized(value)
      case 'object':
        return value === null ? sized(null) : this.#object(value, room, depth)
      default:
        return undefined
    }
  }

  #object(value: object, room: number, depth: number): Sized | undefined {
    if (this.#ancestors.has(value)) return sized('[circular]')
    if (depth >= DEEPEST) return sized('[too deep]')
    this.#ancestors.add(value)
    try {
      if (value instanceof Map || value instanceof Set) {
        return this.#list(firstOf(value, Math.ceil(room / LEAST_ITEM_BYTES)), room, depth, value.size)
      }
      const plain = plainOf(value)
      if (typeof plain !== 'object' || plain === null) return this.visit(plain, room, depth)
      if (plain !== value && this.#ancestors.has(plain)) return sized('[circular]')
      return Array.isArray(plain) ? this.#list(plain, room, depth, plain.length) : this.#fields(plain, room, depth)
    } catch (error) {
      return this.#text(`[unreadable: ${describeThrown(error)}]`, Math.min(room, 256))
    } finally {
      this.#ancestors.delete(value)
    }
  }

  /** @param count - the number of all items, of which `list` may have the first alone */
  #list(list: readonly unknown[], room: number, depth: number, count: number): Sized {
    const json: JsonValue[] = []
    let left = room - 2 - MARKER_BYTES
    for (let index = 0; index < list.length; index++) {
      const child = this.#member(list, index, left - 1, depth)
      if (child === 'cut') {
        json.push(`… [cut: ${count - index} more items]`)
        break
      }
      const item = child ?? sized(null)
      json.push(item.json)
      left -= item.bytes + 1
    }
    return { json, bytes: room - MARKER_BYTES - left + (this.cut ? MARKER_BYTES : 0) }
  }

  #fields(object: object, room: number, depth: number): Sized {
    const json: { [key: string]: JsonValue } = {}
    const keys = Object.keys(object)
    let left = room - 2 - MARKER_BYTES
    for (const [index, key] of keys.entries()) {
      // Assigning `__proto__` would set the prototype of the copy, here or in a later reader of the JSON.
      if (key === '__proto__') continue
      const name = this.#text(key, 256)
      const child = this.#member(object, key, left - name.bytes - 2, depth)
      if (child === undefined) continue
      if (child === 'cut') {
        json['…'] = `cut: ${keys.length - index} more fields`
        break
      }
      json[name.json as string] = child.json
      left -= name.bytes + child.bytes + 2
    }
    return { json, bytes: room - MARKER_BYTES - left + (this.cut ? MARKER_BYTES : 0) }
  }

  #member(owner: object, key: string | number, left: number, depth: number): Sized | undefined | 'cut' {
    const value = read(owner, key)
    if (left >= LEAST_BYTES) {
      return this.visit(value, Math.max(LEAST_BYTES, Math.floor(left / this.#share)), depth + 1)
    }
    // Near the end of the room only small members still go in.
    const child = this.visit(value, LEAST_BYTES, depth + 1)
    if (child === undefined || child.bytes <= left) return child
    this.cut = true
    return 'cut'
  }

  #text(text: string, room: number): Sized & { readonly json: JsonValue } {
    if (text.length + 2 <= room) {
      const bytes = bytesOf(text)
      if (bytes <= room) return { json: text, bytes }
    }
    this.cut = true
    const keep = room - MARKER_BYTES
    let head = text.slice(0, Math.max(keep, 0))
    for (let bytes = bytesOf(head); bytes > keep && head !== ''; bytes = bytesOf(head)) {
      head = head.slice(0, Math.floor((head.length * keep) / bytes))
    }
    // Half of a surrogate pair is not text.
    if (!head.isWellFormed()) head = head.slice(0, -1).toWellFormed()
    return sized(`${head}… [cut: ${text.length - head.length} more characters]`)
  }
}

/**
 * The value to serialize in place of an object. The function may throw, because it calls `toJSON` of an arbitrary
 * class.
 */
function plainOf(value: object): unknown {
  if (value instanceof Error) return Object.assign({ name: value.name, message: value.message }, value)
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
    return `[${value.constructor.name} of ${value.byteLength} bytes]`
  }
  const { toJSON } = value as { toJSON?: unknown }
  return typeof toJSON === 'function' ? (toJSON.call(value, '') as unknown) : value
}

/** The first items; more than `most` would not fit anyway, and a large cache would block the process. */
function firstOf(items: Iterable<unknown>, most: number): unknown[] {
  const first: unknown[] = []
  for (const item of items) {
    if (first.length === most) break
    first.push(item)
  }
  return first
}

function read(owner: object, key: string | number): unknown {
  try {
    return (owner as Record<string | number, unknown>)[key]
  } catch (error) {
    return `[unreadable: ${describeThrown(error).slice(0, 200)}]`
  }
}

/** Reading the message of a thrown value may throw too. */
function describeThrown(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.message : String(thrown)
  } catch {
    return 'no message can be read'
  }
}

function sized(json: JsonValue): Sized {
  return { json, bytes: bytesOf(json) }
}

/** Text that JSON writes as it is, one byte for each character. */
const PLAIN_TEXT = /^[ !#-[\]-~]*$/

function bytesOf(json: JsonValue): number {
  if (typeof json === 'number') return String(json).length
  if (typeof json === 'string' && PLAIN_TEXT.test(json)) return json.length + 2
  return Buffer.byteLength(JSON.stringify(json))
}

import { readToken } from './json-token.ts'
import { hashAscii, hashKey } from './key-table.ts'

/*
 * The line of a record in the bytes of a page: `"key":{…}`.
 */

const QUOTE = 0x22
const COLON = 0x3a
const BACKSLASH = 0x5c
const LAST_ASCII = 0x7f

export function lineOf(key: string, text: string): string {
  return headOf(key) + text
}

function headOf(key: string): string {
  return `${JSON.stringify(key)}:`
}

/** A line on its way into the bytes. Its two parts are never joined: that would copy the whole record once more. */
export class RecordLine {
  readonly #head: string
  readonly #text: string
  /** In bytes. */
  readonly length: number

  constructor(key: string, text: string) {
    this.#head = headOf(key)
    this.#text = text
    this.length = Buffer.byteLength(this.#head) + Buffer.byteLength(text)
  }

  /** @returns the index after the line */
  writeTo(bytes: Buffer, at: number): number {
    const textAt = at + bytes.write(this.#head, at)
    return textAt + bytes.write(this.#text, textAt)
  }
}

/** The index after the quote that ends the key of a line; `end` for a line without a whole key. */
export function endOfKey(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from + 1; at < end; at++) {
    const byte = bytes[at]
    if (byte === QUOTE) return at + 1
    if (byte === BACKSLASH) at++
  }
  return end
}

/** The key of a line. Another writer may have escaped the key in another way. */
export function keyOf(bytes: Buffer, from: number, end: number): string | undefined {
  return readToken(bytes.toString('utf8', from, endOfKey(bytes, from, end)), 0)?.text
}

/** True if the line that begins at `from` has this key. */
export function isKeyAt(bytes: Buffer, from: number, end: number, key: string): boolean {
  for (let at = 0; at < key.length; at++) {
    const byte = bytes[from + 1 + at] ?? 0
    if (byte === BACKSLASH || byte > LAST_ASCII) return keyOf(bytes, from, end) === key
    if (byte !== key.charCodeAt(at)) return false
  }
  return bytes[from + 1 + key.length] === QUOTE
}

/** The hash of the key of a line; `undefined` for a line that does not begin with a key. */
export function hashOfLine(bytes: Buffer, from: number, end: number): number | undefined {
  const keyEnd = endOfKey(bytes, from, end)
  if (bytes[from] !== QUOTE || keyEnd >= end || bytes[keyEnd] !== COLON) return undefined
  for (let at = from + 1; at < keyEnd - 1; at++) {
    const byte = bytes[at] ?? 0
    if (byte !== BACKSLASH && byte <= LAST_ASCII) continue
    const key = keyOf(bytes, from, end)
    return key === undefined ? undefined : hashKey(key)
  }
  return hashAscii(bytes, from + 1, keyEnd - 1)
}

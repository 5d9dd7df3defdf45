/**
 * Names of any text as a part of a key or an address. All bytes except `A-Z a-z 0-9 _ . -` become `=` and two
 * hexadecimal digits, as in `user=2F42`; so do the dots of the names `.` and `..`. Such a part holds no slash, no
 * percent sign and no character that a server, a proxy or a file system treats in its own way: a proxy that decodes a
 * path once too often changes nothing.
 */
import { createHash } from 'node:crypto'

/** The longest escaped name in a key. A key of S3 has 1,024 bytes, with a prefix of the user's. */
const LONGEST_PART = 128
const HEAD = 96

/** One part of an address; {@link unescapeName} is the reverse. */
export function escapeName(name: string): string {
  if (name === '.' || name === '..') return name.replaceAll('.', '=2E')
  return name.replaceAll(/[^A-Za-z0-9_.-]+/g, (text) =>
    [...Buffer.from(text, 'utf8')].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  )
}

/** The name in a part of an address. Text without escapes is a name as it stands. */
export function unescapeName(part: string): string {
  return part.replaceAll(/(?:=[0-9A-F]{2})+/g, (escapes) => Buffer.from(escapes.replaceAll('=', ''), 'hex').toString())
}

/**
 * One part of a key, of at most 128 characters, unique to the name. The end of a long name is replaced by `==` and a
 * digest, so a key does not give the name back: the object itself holds the name.
 */
export function keyPartOf(name: string): string {
  const escaped = escapeName(name)
  if (escaped.length <= LONGEST_PART) return escaped
  // No escape is cut in two.
  const head = escaped.slice(0, HEAD).replace(/=[0-9A-F]?$/, '')
  return `${head}==${createHash('sha256').update(name).digest('base64url').slice(0, 22)}`
}

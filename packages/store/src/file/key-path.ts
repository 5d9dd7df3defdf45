/**
 * Where a key lies below the folder of objects.
 *
 * Each segment of a key becomes a folder. The last character of its name says what it is: `jobs+` holds the keys below
 * `jobs/`, `leader.json@` is the object `leader.json`. A segment of 80 bytes or more is cut: `<80 bytes>~` holds those
 * that begin so, whatever follows. That keeps every name below 255 bytes, and lets the keys `a` and `a/b` live together.
 *
 * Names hold only lower-case letters, digits and some punctuation, so that no file system can take two keys for one
 * or change a letter's accents: `A` is `^a`, anything else is a sign and hexadecimal digits. The signs are chosen
 * so that **the order of the names is the order of the keys' UTF-8 bytes**: a folder with 100,000 names is sorted
 * without decoding any.
 */

/** Bytes of a segment in one name. Each becomes at most 3 characters: 240, and the one for the kind. */
const CHUNK = 80

export type EntryKind = 'object' | 'folder' | 'chunk'

/** Ends the name of an object's folder. */
export const OBJECT_SIGN = '@'

const SIGNS: Readonly<Record<EntryKind, string>> = { object: OBJECT_SIGN, folder: '+', chunk: '~' }

/** The names of the folders down to one object, its own last. */
export function objectPath(key: string): string[] {
  const { folders, rest } = folderPath(key)
  return [...folders, rest + SIGNS.object]
}

/**
 * The deepest folder that holds every key that begins with `prefix`, and what such keys' names there must begin with
 * (`rest`, escaped).
 */
export function folderPath(prefix: string): { readonly folders: string[]; readonly rest: string } {
  const segments = toBytes(prefix).split('/')
  let rest = ''
  const folders = segments.flatMap((segment, index) => {
    const names: string[] = []
    for (rest = segment; rest.length >= CHUNK; rest = rest.slice(CHUNK)) {
      names.push(escapeBytes(rest.slice(0, CHUNK)) + SIGNS.chunk)
    }
    if (index < segments.length - 1) names.push(escapeBytes(rest) + SIGNS.folder)
    return names
  })
  return { folders, rest: escapeBytes(rest) }
}

/** One name in a folder of objects. Its `order` sorts it among its siblings, and begins the `order` of what is below. */
export interface Entry {
  readonly name: string
  readonly kind: EntryKind
  readonly order: string
}

/** What `name` is; `undefined` for a file that isn't ours. */
export function parseEntry(name: string): Entry | undefined {
  const escaped = name.slice(0, -1)
  switch (name.at(-1)) {
    case SIGNS.object:
      return { name, kind: 'object', order: escaped }
    case SIGNS.folder:
      return { name, kind: 'folder', order: `${escaped}/` }
    case SIGNS.chunk:
      return { name, kind: 'chunk', order: escaped }
    default:
      return undefined
  }
}

/** A key or a beginning of one in the form in which {@link Entry.order} compares. */
export function orderOf(text: string): string {
  return toBytes(text).split('/').map(escapeBytes).join('/')
}

/** The reverse of {@link orderOf}; `undefined` for what it never returns, such as the name of a foreign file. */
export function keyOf(order: string): string | undefined {
  if (PLAIN.test(order)) return order
  const bytes = order.replaceAll(ESCAPED, unescape)
  const key = Buffer.from(bytes, 'latin1').toString('utf8')
  return orderOf(key) === order ? key : undefined
}

/** Stands for itself, as most keys do. */
const PLAIN = /^[a-z0-9._`/-]*$/
const ESCAPED = /\^[a-z]|\^\{[b-e]|[%=}][0-9a-f]{2}/g

function unescape(escaped: string): string {
  if (escaped.startsWith('^{')) return String.fromCharCode(parseInt(`5${escaped[2]}`, 16))
  if (escaped.startsWith('^')) return escaped.slice(1).toUpperCase()
  return String.fromCharCode(parseInt(escaped.slice(1), 16))
}

function escapeBytes(bytes: string): string {
  return bytes.replaceAll(/[^a-z0-9._`-]/g, (byte) => {
    if (byte >= 'A' && byte <= 'Z') return `^${byte.toLowerCase()}`
    const hex = byte.charCodeAt(0).toString(16).padStart(2, '0')
    // The sign sorts where the byte itself would, among the characters that stand for themselves and the capitals.
    if (byte < '-') return `%${hex}`
    if (byte < 'A') return `=${hex}`
    return byte < '_' ? `^{${hex.slice(1)}` : `}${hex}`
  })
}

/** Text as one character per UTF-8 byte. */
function toBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

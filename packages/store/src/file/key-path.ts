/**
 * The place of a key below the folder of objects.
 *
 * Every segment of a key becomes a folder. The last character of its name gives the kind: `jobs+` holds the keys below
 * `jobs/`, `leader.json@` is the object `leader.json`. A segment of 80 bytes or more is cut: `<80 bytes>~` holds all
 * segments with this beginning. The cut keeps every name below 255 bytes. The signs let the keys `a` and `a/b` live
 * together.
 *
 * Names hold only lower-case letters, digits and some punctuation, so that no file system can mistake two keys for the
 * same key or change a letter's accents: `A` is `^a`, any other byte is a sign and hexadecimal digits. The signs are
 * chosen so that **the order of the names is the order of the keys' UTF-8 bytes**: a folder with 100,000 names is
 * sorted without decoding any name.
 */

/** Bytes of a segment in one name. A byte becomes at most 3 characters: 240, and one character for the kind. */
const CHUNK = 80

export type EntryKind = 'object' | 'folder' | 'chunk'

/** Ends the name of an object's folder. */
export const OBJECT_SIGN = '@'

const SIGNS: Readonly<Record<EntryKind, string>> = { object: OBJECT_SIGN, folder: '+', chunk: '~' }

/** The names of the folders down to one object, the object's own folder last. */
export function objectPath(key: string): string[] {
  const { folders, rest } = folderPath(key)
  return [...folders, rest + SIGNS.object]
}

/**
 * The deepest folder that holds every key beginning with `prefix`, and the required beginning of the names in this
 * folder (`rest`, escaped).
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

/**
 * One name in a folder of objects. Entries sort by `order`; the `order` of an entry is the beginning of every `order`
 * below.
 */
export interface Entry {
  readonly name: string
  readonly kind: EntryKind
  readonly order: string
}

/** Parses `name`; `undefined` for a foreign file. */
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

/** A key, or the beginning of a key, in the form of {@link Entry.order}. */
export function orderOf(text: string): string {
  return toBytes(text).split('/').map(escapeBytes).join('/')
}

/**
 * The reverse of {@link orderOf}; `undefined` for a text that `orderOf` never returns, such as the name of a foreign
 * file.
 */
export function keyOf(order: string): string | undefined {
  if (PLAIN.test(order)) return order
  const bytes = order.replaceAll(ESCAPED, unescape)
  const key = Buffer.from(bytes, 'latin1').toString('utf8')
  return orderOf(key) === order ? key : undefined
}

/** Text without escapes, as in most keys. */
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
    // The sign sorts like the byte itself, among the unescaped characters and the capitals.
    if (byte < '-') return `%${hex}`
    if (byte < 'A') return `=${hex}`
    return byte < '_' ? `^{${hex.slice(1)}` : `}${hex}`
  })
}

/** Text as one character per UTF-8 byte. */
function toBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

import { createHash } from 'node:crypto'

/**
 * The description of one version, as encoded in a file name: a listing of the object's folder gives everything but the
 * bytes.
 */
export interface Version {
  /** 1 for the first version, plus 1 for every later version. */
  readonly number: number
  /** Unique to this version, in this folder and anywhere. */
  readonly id: string
  /** MD5 of the content, 32 hexadecimal digits. */
  readonly md5: string
  /** Bytes. */
  readonly size: number
  /** Epoch ms by the writer's clock. */
  readonly lastModified: number
}

const MARKER = /^v\.(\d{1,15})\.([a-z0-9_-]+)\.([0-9a-f]{32})\.(\d{1,15})\.(-?\d{1,16})$/
const CONTENT = /^d\.(\d{1,15})\./

/** The name of the marker. A folder holds exactly one marker, and its name gives the current version. */
export function markerName({ number, id, md5, size, lastModified }: Version): string {
  return `v.${number}.${id}.${md5}.${size}.${lastModified}`
}

/**
 * The file with the bytes of a version. The bytes of the first version are in the marker itself, so that an object with
 * one version, the usual case, is one file.
 */
export function contentName(version: Version): string {
  return version.number === 1 ? markerName(version) : `d.${version.number}.${version.id}`
}

/** The current version, from the names in an object's folder; `undefined` without a marker. */
export function currentVersion(names: readonly string[]): Version | undefined {
  let current: Version | undefined
  for (const name of names) {
    const [, number, id = '', md5 = '', size, lastModified] = MARKER.exec(name) ?? []
    if (number === undefined || Number(number) <= (current?.number ?? 0)) continue
    current = { number: Number(number), id, md5, size: Number(size), lastModified: Number(lastModified) }
  }
  return current
}

/** The files among `names` with the bytes of versions up to `current`, without the file of `current` itself. */
export function supersededContents(names: readonly string[], current: Version): string[] {
  return names.filter(
    (name) => Number(CONTENT.exec(name)?.[1] ?? Infinity) <= current.number && name !== contentName(current),
  )
}

export function md5Of(body: Uint8Array): string {
  return createHash('md5').update(body).digest('hex')
}

/** The ETag that S3 gives to a plain object with the same content. */
export function etagOf({ md5 }: Version): string {
  // JSON.stringify makes a new string: a string joined from slices would keep the whole file name in memory as long as
  // the ETag.
  return JSON.stringify(md5)
}

import { createHash } from 'node:crypto'

/**
 * What one version of an object is, as it stands in the name of a file: whoever lists the folder of an object knows
 * everything about it but its bytes.
 */
export interface Version {
  /** 1 for the version that made the object, then one more each time. */
  readonly number: number
  /** Of this version and no other, in this folder or anywhere. */
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

/** The name of the marker: the file that there is exactly one of, and whose name says which version is the current one. */
export function markerName({ number, id, md5, size, lastModified }: Version): string {
  return `v.${number}.${id}.${md5}.${size}.${lastModified}`
}

/**
 * The file with the bytes of a version. Those of the first lie in the marker itself, so that an object that is written
 * once, as most are, is one file.
 */
export function contentName(version: Version): string {
  return version.number === 1 ? markerName(version) : `d.${version.number}.${version.id}`
}

/** The current version by the names in an object's folder; `undefined` when no marker is among them. */
export function currentVersion(names: readonly string[]): Version | undefined {
  let current: Version | undefined
  for (const name of names) {
    const [, number, id = '', md5 = '', size, lastModified] = MARKER.exec(name) ?? []
    if (number === undefined || Number(number) <= (current?.number ?? 0)) continue
    current = { number: Number(number), id, md5, size: Number(size), lastModified: Number(lastModified) }
  }
  return current
}

/** The files among `names` that hold the bytes of versions up to `current`, without those of `current` itself. */
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
  // A text of its own: what is put together of parts keeps the whole file name that they were cut out of, for as long as the ETag is kept.
  return JSON.stringify(md5)
}

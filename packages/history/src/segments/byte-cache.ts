/**
 * A cache of immutable objects by their key, bounded in bytes; the least recently used go first. The cache keeps bytes in
 * memory of their own: what `gzipSync` gives is a small part of 64 KB, which would stay as a whole.
 */
export class ByteCache {
  readonly #maxBytes: number
  readonly #bodies = new Map<string, Uint8Array>()
  #bytes = 0

  /** @param maxBytes - 0 keeps nothing */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** The bytes of a key, which count as used now. */
  get(key: string): Uint8Array | undefined {
    const body = this.#bodies.get(key)
    if (body === undefined) return undefined
    // A Map keeps the order of insertion.
    this.#bodies.delete(key)
    this.#bodies.set(key, body)
    return body
  }

  /** Keeps the bytes of a key; the bytes used longest ago go where there are too many. */
  set(key: string, body: Uint8Array): void {
    this.delete(key)
    if (sizeOf(key, body) > this.#maxBytes) return
    this.#bodies.set(key, isAlone(body) ? body : new Uint8Array(body))
    this.#bytes += sizeOf(key, body)
    for (const oldest of this.#bodies.keys()) {
      if (this.#bytes <= this.#maxBytes) break
      this.delete(oldest)
    }
  }

  /** Forgets a key. */
  delete(key: string): void {
    const body = this.#bodies.get(key)
    if (body === undefined) return
    this.#bodies.delete(key)
    this.#bytes -= sizeOf(key, body)
  }
}

function sizeOf(key: string, body: Uint8Array): number {
  return key.length + body.byteLength
}

function isAlone(body: Uint8Array): boolean {
  return body.byteLength === body.buffer.byteLength
}

/** Between the lines of a list in a page's object. */
export const BETWEEN = ',\n'

/**
 * The bytes of a list of lines. They are written once a body has a place for them, or somebody asks. From then on they
 * are a part of that body, so that a page in memory is the body of its last write and nothing more.
 */
export class LineBytes {
  static readonly NONE: LineBytes = LineBytes.of(Buffer.alloc(0))

  static of(bytes: Buffer): LineBytes {
    return new LineBytes(bytes.length, () => undefined, bytes)
  }

  /** @param write - writes all bytes; called once, and then forgotten with all that it holds */
  static later(length: number, write: (bytes: Buffer) => void): LineBytes {
    return new LineBytes(length, write)
  }

  readonly length: number
  #write: (bytes: Buffer) => void
  #bytes: Buffer | undefined

  private constructor(length: number, write: (bytes: Buffer) => void, bytes?: Buffer) {
    this.length = length
    this.#write = write
    this.#bytes = bytes
  }

  get bytes(): Buffer {
    return this.#bytes ?? this.moveTo(Buffer.allocUnsafeSlow(this.length))
  }

  /** @param place - of the same length */
  moveTo(place: Buffer): Buffer {
    if (this.#bytes === undefined) this.#write(place)
    else this.#bytes.copy(place)
    this.#bytes = place
    this.#write = () => undefined
    return place
  }
}

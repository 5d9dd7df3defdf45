import { describe } from '@s3sched/kernel'
import { StoreError } from './store-error.ts'

/** A part of an object's bytes. */
export interface ByteRange {
  /** The first byte, from 0. */
  readonly start: number
  /** The byte after the last. An end behind the end of the object means the end of the object. */
  readonly end: number
}

/**
 * Refuses a range that names no bytes, before any request.
 * @throws {@link StoreError} `INVALID_RANGE`
 */
export function checkRange(key: string, range: ByteRange | undefined): void {
  if (range === undefined) return
  const { end, start } = range
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && end > start) return
  throw new StoreError(`a range of ${describe(key)}: expected 0 <= start < end, got ${describe({ start, end })}`, {
    code: 'INVALID_RANGE',
    context: { key, start, end },
  })
}

/**
 * The bytes of the range, as a copy; a copy of the whole body without a range.
 * @throws {@link StoreError} `INVALID_RANGE` for a body that ends before the range
 */
export function bytesOf(key: string, body: Uint8Array, range: ByteRange | undefined): Uint8Array {
  if (range === undefined) return copyOf(body)
  if (range.start >= body.byteLength) throw behindTheEnd(key, range, `; it has ${body.byteLength} bytes`)
  return copyOf(body.subarray(range.start, range.end))
}

/** The same bytes in memory of their own. Not `slice`: of a Buffer, a slice is a view of the same memory. */
export function copyOf(body: Uint8Array): Uint8Array {
  return new Uint8Array(body)
}

/** @param known - what is known of the object's length */
export function behindTheEnd(key: string, { end, start }: ByteRange, known = ''): StoreError {
  return new StoreError(`object ${describe(key)} has no byte ${start}${known}`, {
    code: 'INVALID_RANGE',
    suggestion: 'The object is shorter than its reader believes; list it for its size',
    context: { key, start, end },
  })
}

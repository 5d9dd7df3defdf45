import { describe } from '@s3sched/kernel'
import { StoreError } from './store-error.ts'

/**
 * The longest body for reads and writes, in bytes (8 MiB). The documents in the bucket have a few kilobytes; a larger
 * object would stall a whole process that only wanted to read a lease.
 */
export const MAX_BODY_BYTES: number = 8 * 1024 * 1024

/**
 * Refuses a body before any request.
 * @throws {@link StoreError} `INVALID_BODY` for anything but bytes, `TOO_LARGE` above {@link MAX_BODY_BYTES}
 */
export function checkBody(key: string, body: unknown): asserts body is Uint8Array {
  if (!(body instanceof Uint8Array)) {
    throw new StoreError(`the body of ${describe(key)}: expected a Uint8Array, got ${describe(body)}`, {
      code: 'INVALID_BODY',
      suggestion: 'Encode text by TextEncoder, and an object by encodeDocument',
      context: { key },
    })
  }
  const bytes = body.byteLength
  if (bytes <= MAX_BODY_BYTES) return
  throw new StoreError(`the body of ${describe(key)} is ${bytes} bytes long; the limit is ${MAX_BODY_BYTES}`, {
    code: 'TOO_LARGE',
    suggestion: 'Split it, or keep it elsewhere and store where it is',
    context: { key, bytes, limit: MAX_BODY_BYTES },
  })
}

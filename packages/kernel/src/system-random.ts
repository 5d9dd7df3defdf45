import { randomFillSync } from 'node:crypto'
import type { Random } from './random.ts'

const ID_BYTES = 16
/** A call for random bytes takes as long as fifteen ids from known bytes: one call serves many. */
const POOL_IDS = 256

let pool: Buffer | undefined
let used = POOL_IDS

function id(): string {
  pool ??= Buffer.allocUnsafeSlow(POOL_IDS * ID_BYTES)
  if (used === POOL_IDS) {
    randomFillSync(pool)
    used = 0
  }
  const from = used++ * ID_BYTES
  return pool.toString('base64url', from, from + ID_BYTES)
}

/** The machine's randomness: `Math.random` for jitter, cryptographic bytes for identity. */
export const systemRandom: Random = {
  float: () => Math.random(),
  id,
}

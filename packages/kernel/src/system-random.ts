import { randomBytes } from 'node:crypto'
import type { Random } from './random.ts'

/** The machine's randomness: `Math.random` for jitter, cryptographic bytes for identity. */
export const systemRandom: Random = {
  float: () => Math.random(),
  id: () => randomBytes(16).toString('base64url'),
}

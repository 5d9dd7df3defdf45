/** When an object was written, and when it was read; both by the store's clock, epoch ms. */
export interface Aged {
  readonly lastModified?: number | undefined
  readonly serverTime?: number | undefined
  /** The store's clock right after it was set forward a while ago: the time before the step may never have passed. */
  readonly steppedAt?: number | undefined
}

/**
 * For how long an object was certainly not written, ms; `undefined` when the server does not tell. The age counts from a
 * step of the store's clock where the object is older: an age that never passed would prove a live writer gone.
 */
export function ageOf({ lastModified, serverTime, steppedAt = -Infinity }: Aged): number | undefined {
  if (lastModified === undefined || serverTime === undefined) return undefined
  return serverTime - Math.max(lastModified, steppedAt)
}

/** The last step forward of the store's clock that still counts, together with the steps shortly before it. */
export interface ClockStep {
  /** The step's instant by the store's clock as it is set now, epoch ms. */
  readonly at: number
  /** The most by which the clock is ahead of where it was before the steps, ms. */
  readonly byMs: number
}

/** When an object was written, and when it was read; both by the store's clock, epoch ms. */
export interface Aged {
  readonly lastModified?: number | undefined
  readonly serverTime?: number | undefined
  readonly step?: ClockStep | undefined
}

/**
 * For how long an object was certainly not written, ms; `undefined` when the server does not tell. The time that a step
 * of the store's clock left out never passed: an age with that time would prove a live writer gone.
 */
export function ageOf({ lastModified, serverTime, step }: Aged): number | undefined {
  if (lastModified === undefined || serverTime === undefined) return undefined
  return serverTime - afterStep(lastModified, step)
}

/**
 * An instant by the store's clock before a step, told by the clock as it is set now: the latest that the instant may
 * have been. Epoch ms.
 */
export function afterStep(instant: number, step: ClockStep | undefined): number {
  return step === undefined ? instant : Math.max(instant, Math.min(step.at, instant + step.byMs))
}

/** The latest time that a key can hold: the year 2286. */
export const LATEST_TIME = 9_999_999_999_999

/**
 * 13 digits that sort later times first, so that a plain LIST gives the newest first.
 * @param time - epoch ms, an integer from 0 to {@link LATEST_TIME}
 */
export function invertTime(time: number): string {
  return String(LATEST_TIME - time).padStart(13, '0')
}

export function revertTime(inverted: string): number {
  return LATEST_TIME - Number(inverted)
}

export function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= LATEST_TIME
}

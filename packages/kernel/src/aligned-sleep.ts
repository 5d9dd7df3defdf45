/**
 * A shorter sleep takes this long, in ms: added to an instant of the wall clock, a smaller rest is lost in the rounding,
 * and a loop that sleeps until the sum would not sleep at all.
 */
const LEAST_MS = 0.001

/**
 * The sleep of a poll until the next multiple of its interval by the monotonic clock, ms: 0.001 at least, and `everyMs`
 * at most. All polls of a process with the same interval then end their sleeps in the same instant, and wake the process
 * once for all of them, without knowing of each other. Only for polls that ask no server: processes of one host share
 * the monotonic clock, and would ask in the same instant.
 */
export function alignedSleepMs(everyMs: number, { monotonic }: { readonly monotonic: number }): number {
  return Math.max(LEAST_MS, everyMs - (monotonic % everyMs))
}

/**
 * The sleep of a poll until the next multiple of its interval by the monotonic clock, ms: more than 0, and `everyMs` at
 * most. All polls of a process with the same interval then end their sleeps in the same instant, and wake the process
 * once for all of them, without knowing of each other. Only for polls that ask no server: processes of one host share
 * the monotonic clock, and would ask in the same instant.
 */
export function alignedSleepMs(everyMs: number, { monotonic }: { readonly monotonic: number }): number {
  return everyMs - (monotonic % everyMs)
}

/**
 * When something is due. Immutable, and without state between calls: the same question always has the same answer.
 *
 * Instants are whole milliseconds since the Unix epoch; a `Date` is accepted wherever one is asked for.
 */
export interface Schedule {
  readonly kind: 'cron' | 'every' | 'once'
  /** What was written, for logs and messages. */
  readonly expression: string
  /** The zone in whose local time the expression is read; `UTC` for schedules that know no local time. */
  readonly timezone: string
  /**
   * The same for schedules that say the same in other words: `0 12 * * *` and `0 0  12 * * *`, `UTC` and `Etc/UTC`, `60m` and
   * `1h`. Schedules of one meaning have the same ticks; it is no format, and another version may write it otherwise.
   */
  readonly meaning: string
  /**
   * The first tick strictly after `after`, or `null` when there is none.
   *
   * @throws S3SchedError `INVALID_INSTANT` when `after` is not an instant.
   */
  next(after: number | Date): number | null
  /**
   * The last tick strictly before `before`, or `null` when there is none. It lists the same ticks as {@link next}.
   *
   * @throws S3SchedError `INVALID_INSTANT` when `before` is not an instant.
   */
  previous(before: number | Date): number | null
  /**
   * The first `limit` ticks strictly after `after`, in order; fewer when the schedule ends.
   *
   * @throws S3SchedError `INVALID_INSTANT`, or `INVALID_LIMIT` when `limit` is not an integer >= 0.
   */
  upcoming(after: number | Date, limit: number): number[]
  /**
   * Whether `at` is a tick, to the millisecond.
   *
   * @throws S3SchedError `INVALID_INSTANT` when `at` is not an instant.
   */
  matches(at: number | Date): boolean
}

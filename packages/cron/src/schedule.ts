/**
 * A sequence of due instants. Immutable, and without state between calls: the same call always has the same result.
 *
 * Instants are whole milliseconds since the Unix epoch; a `Date` is accepted wherever an instant is.
 */
export interface Schedule {
  readonly kind: 'cron' | 'every' | 'once' | 'composed'
  /** The schedules behind a `composed` schedule; absent for the other kinds. */
  readonly parts?: readonly Schedule[]
  /** The written text, for logs and messages. */
  readonly expression: string
  /** The zone of the expression's local time; `UTC` for schedules without local time. */
  readonly timezone: string
  /**
   * Equal for schedules with the same meaning in other words: `0 12 * * *` and `0 0  12 * * *`, `UTC` and `Etc/UTC`,
   * `60m` and `1h`. Schedules of equal meaning have the same ticks. The text is no stable format; another version may
   * use another text.
   */
  readonly meaning: string
  /**
   * The first tick strictly after `after`, or `null` without a later tick.
   *
   * @throws S3SchedError `INVALID_INSTANT` when `after` is not an instant.
   */
  next(after: number | Date): number | null
  /**
   * The last tick strictly before `before`, or `null` without an earlier tick. The ticks are the same as those of
   * {@link next}.
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
   * True if `at` is a tick, to the millisecond.
   *
   * @throws S3SchedError `INVALID_INSTANT` when `at` is not an instant.
   */
  matches(at: number | Date): boolean
}

/**
 * Time as a port, so that a test or a simulator can control time.
 *
 * The two readings answer different questions and are never mixed: `now` names an instant for all machines, but jumps
 * when somebody corrects the clock; `monotonic` never goes back, but has no meaning outside this process and stands
 * still while a Linux machine is suspended.
 */
export interface Clock {
  /** The wall clock: milliseconds since the Unix epoch. The reading may jump either way. */
  now(): number
  /** Milliseconds since an arbitrary moment; the reading never goes back. Durations are measured with this clock. */
  monotonic(): number
  /**
   * Resolves after at least `ms` milliseconds of {@link monotonic} time. Any finite duration is allowed, also above the
   * 24.8 days at which a plain timer overflows; zero and less resolve on a later turn of the event loop.
   *
   * @throws `signal.reason` as soon as `signal` aborts. No timer and no listener is left behind either way.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

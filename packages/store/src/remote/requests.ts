import { messageOf, type Clock, type Logger, type Random } from '@s3sched/kernel'
import type { CallOptions } from '../object-store.ts'
import { closedError, StoreError } from '../store-error.ts'
import { withinTime } from '../within-time.ts'
import { startCountdown, type Countdown } from './countdown.ts'
import type { Trouble } from './trouble.ts'

export interface RemoteDeps {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

/** The place of the objects, and the source of the means to reach them. */
export interface RemoteTarget<Means extends object> {
  /** Shown in `ObjectStore.description` and in errors. */
  readonly description: string
  /** Called by the first request; called again after a failure. */
  readonly connect: () => Promise<Means>
  /** Called at the end of the store. Absent where the means are the caller's. */
  readonly disconnect?: (means: Means) => void
  /**
   * Called after an answer that refuses the credentials: the next request is to ask their source anew. A key may be
   * rotated or revoked long before the client expects a change. May throw.
   */
  readonly renewCredentials?: (means: Means) => Promise<unknown>
  /** @param now - the wall clock, for a Retry-After that is a date */
  readonly readTrouble: (thrown: unknown, now: number) => Trouble
  /** @param doing - the failed action, such as `PUT "leader.json" in s3://bucket` */
  readonly toError: (trouble: Trouble, doing: string) => StoreError
}

/** The means of one try. */
export type Wire<Means> = Means & { readonly signal: AbortSignal }

/** The result of one request. Only the caller's own abort is thrown. */
export type Attempt<T> = { readonly ok: true; readonly value: T } | FailedAttempt

interface FailedAttempt {
  readonly ok: false
  readonly error: StoreError
  readonly trouble: Trouble | undefined
}

/** The requests of one store, within the time of the call, with all errors translated to `StoreError`. */
export interface Requests<Means> {
  /** Throws `CLOSED` once the store is closed. */
  assertOpen(): void
  /** Makes one request, without a retry. */
  attempt<T>(
    doing: string,
    call: CallOptions,
    tryMs: number,
    run: (wire: Wire<Means>) => Promise<T>,
  ): Promise<Attempt<T>>
  /**
   * Makes a repeatable request, until there is an answer or the time of the call is over.
   * @throws {@link StoreError}
   */
  repeat<T>(doing: string, call: CallOptions, run: (wire: Wire<Means>) => Promise<T>): Promise<T>
  countdown(call: CallOptions): Countdown
  close(): void
}

/** The source of the credentials is asked anew no more often, in ms: the source may be a service with limits. */
const RENEW_MS = 5000

export function createRequests<Means extends object>(target: RemoteTarget<Means>, deps: RemoteDeps): Requests<Means> {
  const { clock, logger } = deps
  let connection: Promise<Means> | undefined
  let closed = false

  const assertOpen = (): void => {
    if (closed) throw closedError(target.description)
  }
  const connect = async (): Promise<Means> => {
    const means = await target.connect()
    if (closed) target.disconnect?.(means)
    return means
  }
  const connected = async (): Promise<Means> => {
    connection ??= connect()
    try {
      return await connection
    } catch (error) {
      connection = undefined
      throw error
    }
  }
  let renewedAt = -Infinity
  const renewCredentials = (): void => {
    const now = clock.monotonic()
    if (connection === undefined || now - renewedAt < RENEW_MS) return
    renewedAt = now
    connection.then((means) => target.renewCredentials?.(means)).catch(() => undefined) // the next request fails by the same cause, and tells
  }
  const failure = (doing: string, thrown: unknown): FailedAttempt => {
    if (thrown instanceof StoreError) return { ok: false, error: thrown, trouble: undefined }
    const trouble = target.readTrouble(thrown, clock.now())
    return { ok: false, trouble, error: target.toError(trouble, `${doing} in ${target.description}`) }
  }

  const attempt: Requests<Means>['attempt'] = async (doing, { onTrouble, signal }, tryMs, run) => {
    const bounds = { timeoutMs: tryMs, signal }
    try {
      assertOpen()
      const value = await withinTime(clock, `${doing} in ${target.description}`, bounds, async (trySignal) => {
        const means = await connected()
        trySignal.throwIfAborted()
        return await run({ ...means, signal: trySignal })
      })
      return { ok: true, value }
    } catch (thrown) {
      signal?.throwIfAborted()
      if (closed) assertOpen()
      const failed = failure(doing, thrown)
      if (failed.error.code === 'CREDENTIALS') renewCredentials()
      if (failed.error.retriable) onTrouble?.(failed.error)
      return failed
    }
  }

  const countdown: Requests<Means>['countdown'] = (call) => startCountdown(deps, call)

  return {
    assertOpen,
    attempt,
    countdown,
    async repeat(doing, call, run) {
      const time = countdown(call)
      for (;;) {
        const made = await attempt(doing, call, time.tryMs(), run)
        if (made.ok) return made.value
        if (!made.error.retriable || !(await time.backOff(made.error))) throw made.error
        logger.debug(`${doing} is tried again`, { store: target.description, after: messageOf(made.error) })
      }
    },
    close() {
      if (closed) return
      closed = true
      connection?.then(
        (means) => target.disconnect?.(means),
        () => undefined, // nothing to destroy
      )
    },
  }
}

import { messageOf, type Clock, type Logger, type Random } from '@s3sched/kernel'
import type * as S3 from '@aws-sdk/client-s3'
import type { CallOptions } from '../object-store.ts'
import { closedError, StoreError } from '../store-error.ts'
import { withinTime } from '../within-time.ts'
import { startCountdown, type Countdown } from './countdown.ts'
import { toStoreError } from './s3-error.ts'
import { readTrouble, type Trouble } from './s3-trouble.ts'

export interface S3StoreDeps {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

/** The place of the objects, and the source of the client. */
export interface S3Target {
  readonly bucket: string
  /** Shown in `ObjectStore.description` and in errors. */
  readonly description: string
  /** Called by the first request; called again after a failure. */
  readonly connect: () => Promise<S3.S3Client>
  /** True if closing the store destroys the client. */
  readonly ownsClient: boolean
  /** Takes the secrets of the connection out of a text. */
  readonly scrub: (text: string) => string
}

/** The means of one try. */
export interface Wire {
  readonly client: S3.S3Client
  readonly sdk: typeof S3
  readonly signal: AbortSignal
}

/** The result of one request. Only the caller's own abort is thrown. */
export type Attempt<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: StoreError; readonly trouble: Trouble | undefined }

/** The requests of one store, within the time of the call, with all errors translated to `StoreError`. */
export interface S3Requests {
  /** Throws `CLOSED` once the store is closed. */
  assertOpen(): void
  /** Makes one request, without a retry. */
  attempt<T>(doing: string, call: CallOptions, tryMs: number, run: (wire: Wire) => Promise<T>): Promise<Attempt<T>>
  /**
   * Makes a repeatable request, until there is an answer or the time of the call is over.
   * @throws {@link StoreError}
   */
  repeat<T>(doing: string, call: CallOptions, run: (wire: Wire) => Promise<T>): Promise<T>
  countdown(call: CallOptions): Countdown
  close(): void
}

interface Connection {
  readonly client: S3.S3Client
  readonly sdk: Wire['sdk']
}

export function createS3Requests(target: S3Target, deps: S3StoreDeps): S3Requests {
  const { clock, logger } = deps
  let connection: Promise<Connection> | undefined
  let closed = false

  const assertOpen = (): void => {
    if (closed) throw closedError(target.description)
  }
  const connect = async (): Promise<Connection> => {
    const [client, sdk] = await Promise.all([target.connect(), import('@aws-sdk/client-s3')])
    if (closed && target.ownsClient) client.destroy()
    return { client, sdk }
  }
  const connected = async (): Promise<Connection> => {
    connection ??= connect()
    try {
      return await connection
    } catch (error) {
      connection = undefined
      throw error
    }
  }
  const failure = (doing: string, thrown: unknown): Attempt<never> => {
    if (thrown instanceof StoreError) return { ok: false, error: thrown, trouble: undefined }
    const trouble = readTrouble(thrown, clock.now())
    return { ok: false, trouble, error: toStoreError(trouble, `${doing} in ${target.description}`, target.scrub) }
  }

  const attempt: S3Requests['attempt'] = async (doing, { signal }, tryMs, run) => {
    const bounds = { timeoutMs: tryMs, signal }
    try {
      assertOpen()
      const value = await withinTime(clock, `${doing} in ${target.description}`, bounds, async (trySignal) => {
        const { client, sdk } = await connected()
        trySignal.throwIfAborted()
        return await run({ client, sdk, signal: trySignal })
      })
      return { ok: true, value }
    } catch (thrown) {
      signal?.throwIfAborted()
      if (closed) assertOpen()
      return failure(doing, thrown)
    }
  }

  const countdown: S3Requests['countdown'] = (call) => startCountdown(deps, call)

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
      if (!target.ownsClient) return
      connection?.then(
        ({ client }) => client.destroy(),
        () => undefined, // nothing to destroy
      )
    },
  }
}

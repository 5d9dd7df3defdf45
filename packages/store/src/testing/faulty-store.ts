import type { Clock, Random } from '@s3sched/kernel'
import { copyOf } from '../byte-range.ts'
import type { CallOptions, ListedObject, ListPage, ObjectStore, PutResult } from '../object-store.ts'
import { checkCondition } from '../put-condition.ts'
import { StoreError, type StoreErrorCode } from '../store-error.ts'
import { withinTime } from '../within-time.ts'
import { drawFault, resolveFaults, type Faults, type RequestKind } from './faults.ts'
import { createStoreHistory, type Outcome, type RecordedCall, type StoreHistory } from './store-history.ts'

/** The longest wait of a driver after the answer 503 Slow Down, ms. */
const SLOWED_MS = 1000

/**
 * - `requests`: no request arrives
 * - `responses`: all requests are carried out, and no answer comes back
 */
export type Partition = 'requests' | 'responses'

/** Tells the error of a refused request, by the key, keys or prefix; nothing was done. */
export type Refusal = (kind: RequestKind, subject: string | readonly string[]) => StoreError | undefined

/** The chances of faults, and their source. */
export interface FaultyStoreOptions extends Faults {
  /** Times latency, loss and the bound of a call. */
  readonly clock: Clock
  /** One seed gives one sequence of faults. */
  readonly random: Random
  /** The name of this client in the history. @default 'client' */
  readonly client?: string
  /** Share one history among the clients of a store. @default a new one */
  readonly history?: StoreHistory
}

/** A store with faults, for tests. */
export interface FaultyStore {
  readonly store: ObjectStore
  readonly history: StoreHistory
  /** Replaces the chances and durations for later calls. */
  readonly setFaults: (faults: Faults) => void
  /** Refuses later requests with an error, such as those of a lost right. `undefined` for an answer: not refused. */
  readonly refuse: (refusal: Refusal | undefined) => void
  /** Cuts this client off. Its calls wait until their time is over; calls in progress lose their answers. */
  readonly partition: (kind: Partition) => void
  /** Ends the partition. */
  readonly heal: () => void
}

/**
 * One client's connection to a store, with delayed, refused and lost requests. The answers to the client stay true:
 * where a driver couldn't know the outcome, a conditional put is `unknown` and any other call throws a retriable error.
 *
 * Closing the store closes this client only; the store below may have other clients.
 *
 * @example
 * const history = createStoreHistory(clock)
 * const clients = ['a', 'b'].map((client) =>
 *   createFaultyStore(shared, { clock, random, client, history, lostResponse: 0.1, maxLatencyMs: 200 }),
 * )
 */
export function createFaultyStore(
  inner: ObjectStore,
  { clock, random, client = 'client', history = createStoreHistory(clock), ...given }: FaultyStoreOptions,
): FaultyStore {
  let faults = resolveFaults(given)
  let partition: Partition | undefined
  let refusal: Refusal | undefined
  let closed = false

  const between = (min: number, max: number): number => min + random.float() * (max - min)
  const travel = async (signal: AbortSignal): Promise<void> => {
    if (faults.maxLatencyMs > 0) await clock.sleep(between(faults.minLatencyMs, faults.maxLatencyMs), signal)
    signal.throwIfAborted()
  }
  const lose = async (signal: AbortSignal): Promise<never> => {
    if (faults.maxNoticeMs > 0) await clock.sleep(between(0, faults.maxNoticeMs), signal)
    throw trouble('NETWORK', 'the connection was reset')
  }

  /** One request and its answer. `apply` calls the store below. */
  const send = async <T>(
    call: RecordedCall,
    options: CallOptions,
    apply: () => Promise<{ readonly result: T; readonly outcome: Outcome }>,
  ): Promise<T> => {
    if (closed) throw new StoreError(`store ${inner.description} is closed`, { code: 'CLOSED' })
    const fault = (call.fault = drawFault(faults, call.kind, random))
    const carryOut = async (): Promise<T> => {
      const { result, outcome } = await apply()
      call.applied = { ...history.moment(), outcome }
      return result
    }
    return withinTime(clock, `${call.kind} ${String(call.subject)}`, options, async (signal) => {
      await travel(signal)
      if (partition === 'requests') await cutOff(call, signal)
      const refused = refusal?.(call.kind, call.subject)
      if (refused !== undefined) throw refused
      if (fault === 'unavailable') throw trouble('UNAVAILABLE', 'the server answered 500')
      if (fault === 'throttled') throw trouble('THROTTLED', 'the server answered 503 Slow Down')
      if (fault === 'lostRequest') await lose(signal)
      if (fault === 'lateWrite' || fault === 'lateDelete') {
        void clock.sleep(between(0, faults.maxLateMs)).then(carryOut).catch(ignoreClosed)
        await lose(signal)
      }
      if (fault === 'slowedWrite') await clock.sleep(between(0, SLOWED_MS), signal)
      if (fault === 'retriedWrite') {
        await travel(signal)
        await travel(signal)
      }
      const result = await carryOut()
      if (fault === 'lostResponse') await lose(signal)
      await travel(signal)
      if (partition !== undefined) await cutOff(call, signal)
      return result
    })
  }

  /** Records the caller's result. */
  const answer = async <T>(call: RecordedCall, outcomeOf: (result: T) => Outcome, work: Promise<T>): Promise<T> => {
    try {
      const result = await work
      call.answered = { ...history.moment(), outcome: outcomeOf(result) }
      return result
    } catch (error) {
      call.answered = { ...history.moment(), outcome: 'threw', error }
      throw error
    }
  }

  const store: ObjectStore = {
    description: inner.description,

    async get(key, { ifNoneMatch, range, ...options } = {}) {
      const call = history.begin({ client, kind: 'get', subject: key })
      const asked = send(call, options, async () => {
        const result = await inner.get(key, { ifNoneMatch, range })
        return { result, outcome: result.outcome }
      })
      const cut = asked.then((got) => {
        if (call.fault !== 'truncatedBody' || got.outcome !== 'found') return got
        return { ...got, body: got.body.slice(0, Math.floor(random.float() * got.body.byteLength)) }
      })
      return answer(call, (got) => got.outcome, cut)
    },

    async put(key, body, wanted = {}) {
      checkCondition(key, wanted)
      const { condition, ...options } = wanted
      // The store itself refuses a body of another type.
      const own = body instanceof Uint8Array ? copyOf(body) : body
      const call = history.begin({ client, kind: 'put', subject: key, body: own, condition })
      const asked = send(call, options, async () => {
        const put = await inner.put(key, call.body ?? body, { condition })
        const result: PutResult = call.fault === 'slowedWrite' ? { ...put, isThrottled: true } : put
        return { result, outcome: result.outcome }
      })
      const resolved = asked.catch((error: unknown) => {
        if (condition !== undefined && isAmbiguous(error)) return { outcome: 'unknown', cause: error } as const
        throw error
      })
      return answer(call, (put) => put.outcome, resolved)
    },

    async delete(keys, options = {}) {
      const call = history.begin({ client, kind: 'delete', subject: keys })
      const asked = send(call, options, async () => ({ result: await inner.delete(keys), outcome: 'done' }))
      await answer(call, () => 'done', asked)
    },

    async *list(prefix, { startAfter, limit, ...options } = {}): AsyncGenerator<ListPage> {
      const pages = inner.list(prefix, { startAfter, limit })[Symbol.asyncIterator]()
      try {
        for (;;) {
          const call = history.begin({ client, kind: 'list', subject: prefix })
          const asked = send(call, options, async () => ({ result: await pages.next(), outcome: 'done' }))
          const next = await answer<IteratorResult<ListPage>>(call, () => 'done', asked)
          if (next.done === true) return
          if (call.fault === 'truncatedList') {
            yield { ...next.value, objects: beginningOf(next.value.objects, random) }
            throw trouble('NETWORK', 'the list ended in the middle of a page')
          }
          yield next.value
        }
      } finally {
        await pages.return?.()
      }
    },

    async close() {
      closed = true
    },
  }

  return {
    store,
    history,
    setFaults: (changed) => void (faults = resolveFaults(changed)),
    refuse: (changed) => void (refusal = changed),
    partition: (kind) => void (partition = kind),
    heal: () => void (partition = undefined),
  }
}

/** Waits until the time of the call is over, or the caller aborts. */
function cutOff(call: RecordedCall, signal: AbortSignal): Promise<never> {
  call.fault = 'partition'
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

function trouble(code: StoreErrorCode, what: string): StoreError {
  return new StoreError(`${what} (on purpose, by a faulty store)`, { code, retriable: true })
}

function isAmbiguous(error: unknown): boolean {
  return error instanceof StoreError && (error.code === 'NETWORK' || error.code === 'TIMEOUT')
}

/** A late write may come after the store below was closed; the error is ignored. */
function ignoreClosed(error: unknown): void {
  if (!(error instanceof StoreError && error.code === 'CLOSED')) throw error
}

function beginningOf(objects: readonly ListedObject[], random: Random): readonly ListedObject[] {
  return objects.slice(0, Math.floor(random.float() * objects.length))
}

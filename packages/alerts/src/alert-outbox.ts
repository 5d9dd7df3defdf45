/**
 * The alerts of a fleet in the object `alerts.json`: what each rule has told, and what still waits for delivery.
 *
 * **Once each.** An alert is decided by a compare-and-swap: the same write remembers that the alert is told and puts the
 * alert into the list of waiting ones. Two leaders at the same time decide on the same state, and only the first
 * writes; the second reads again and finds nothing left to tell.
 *
 * **Delivery** comes after the write, and a second write takes the delivered alerts off the list. A leader that dies in
 * between leaves the alert on the list, and the next leader delivers the alert again, with the same id. A leader leaves
 * the alerts of others alone for a minute, so that two leaders at a time don't both deliver. A target that refuses is
 * tried again, less and less often, for a day.
 *
 * An object that can't be read is never replaced: no alert is decided until somebody looks.
 */
import type { Clock, Logger, Random } from '@s3sched/kernel'
import { messageOf, S3SchedError } from '@s3sched/kernel'
import { encodeDocument, readDocument, type ObjectStore } from '@s3sched/store'
import type { Alert } from './alert.ts'
import type { ResolvedRule } from './alert-rules.ts'
import { NO_STATE, readState, type AlertState, type Waiting } from './alert-state.ts'
import { decideAlerts, type AlertInput } from './decide-alerts.ts'
import { deliver, type DeliveryDeps } from './deliver.ts'

export interface AlertOutboxDeps extends DeliveryDeps {
  /** Below the prefix of the scheduler. */
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

interface Known {
  readonly state: AlertState
  /** `undefined` for an object that is not there yet. */
  readonly etag: string | undefined
}

interface Failing {
  readonly tries: number
  /** By the monotonic clock. */
  readonly notBefore: number
}

const KEY = 'alerts.json'
const DAY_MS = 86_400_000
/** An alert of a different instance is left to its instance for so long, in ms. */
const OTHERS_MS = 60_000
const RETRY_MS = 30_000
const LONGEST_RETRY_MS = 900_000
/** A conflict means that a second leader has decided: the next try has nothing to write. */
const TRIES = 4

export class AlertOutbox {
  readonly #deps: AlertOutboxDeps
  readonly #rules: readonly ResolvedRule[]
  #known: Known | undefined
  readonly #failing = new Map<string, Failing>()
  /** The alerts on the list that were decided here. */
  #own: ReadonlySet<string> = new Set()

  constructor(deps: AlertOutboxDeps, rules: readonly ResolvedRule[]) {
    this.#deps = deps
    this.#rules = rules
  }

  /** Another instance may write from now on. */
  forget(): void {
    this.#known = undefined
  }

  /** Decides by the present records, and delivers what waits: no request where nothing has changed. @throws StoreError */
  async look(input: AlertInput, signal: AbortSignal): Promise<void> {
    await this.#change((state) => this.#decide(state, input), signal)
    const delivered = await this.#deliverAll(input.now, signal)
    if (delivered.size > 0) await this.#change((state) => withoutDelivered(state, delivered), signal)
  }

  #decide(state: AlertState, input: AlertInput): AlertState {
    const { logger, random, store } = this.#deps
    const { alerts, rules } = decideAlerts(state, this.#rules, input)
    const kept = state.waiting.filter(({ alert }) => {
      const isKept = input.now - alert.at < DAY_MS
      if (!isKept)
        logger.error(`an alert could not be delivered for a day, and is given up: ${alert.message}`, { alert })
      return isKept
    })
    const added = alerts.map((alert): Waiting => {
      const to = [...(this.#rules.find(({ name }) => name === alert.rule)?.targets.keys() ?? [])]
      return { alert: { id: random.id(), ...alert, store: store.description }, to }
    })
    return { rules, waiting: [...kept, ...added] }
  }

  async #change(change: (state: AlertState) => AlertState, signal: AbortSignal): Promise<void> {
    const { random, store } = this.#deps
    for (let tries = 0; tries < TRIES; tries++) {
      const { etag, state } = (this.#known ??= await this.#read(signal))
      const next = change(state)
      if (JSON.stringify(next) === JSON.stringify(state)) return
      const condition = etag === undefined ? ({ ifAbsent: true } as const) : { ifMatch: etag }
      this.#known = undefined
      const put = await store.put(KEY, encodeDocument({ ...next }, random.id()), { condition, signal })
      if (put.outcome === 'written') {
        const known = new Set(state.waiting.map(({ alert }) => alert.id))
        const ids = next.waiting.map(({ alert }) => alert.id)
        this.#own = new Set(ids.filter((id) => this.#own.has(id) || !known.has(id)))
        this.#known = { state: next, etag: put.etag }
        return
      }
    }
    throw new S3SchedError(`${KEY} is changed by others again and again`, { code: 'CONFLICT', retriable: true })
  }

  async #read(signal: AbortSignal): Promise<Known> {
    const read = await readDocument(this.#deps.store, KEY, { signal })
    if (read.outcome === 'missing' || read.outcome === 'unchanged') return { state: NO_STATE, etag: undefined }
    if (read.outcome === 'found') return { state: readState(read.fields), etag: read.etag }
    throw new S3SchedError(`${KEY} can't be read, so no alert is told: ${read.problem}`, {
      code: 'ALERTS_UNREADABLE',
      suggestion: `Upgrade s3sched, or delete ${KEY}: the rules then tell what is wrong by now`,
    })
  }

  /** @returns the reached targets by the id of the alert */
  async #deliverAll(now: number, signal: AbortSignal): Promise<ReadonlyMap<string, ReadonlySet<number>>> {
    const delivered = new Map<string, Set<number>>()
    const done = ({ id }: Alert, place: number): void => {
      delivered.set(id, (delivered.get(id) ?? new Set()).add(place))
    }
    const all = this.#known?.state.waiting ?? []
    const waiting = all.filter(({ alert: { at, id } }) => this.#own.has(id) || now - at >= OTHERS_MS)
    const targets = this.#rules.flatMap(({ name, targets: own }) =>
      own.map((target, place) => ({ name, place, target })),
    )
    const work = targets.map(async ({ name, place, target }) => {
      const own = waiting.filter(({ alert, to }) => alert.rule === name && to.includes(place))
      // A target that refuses an alert would refuse the next as well.
      for (const { alert } of own) {
        if (!this.#mayTry(name, place)) return
        try {
          await deliver(this.#deps, alert, target, signal)
          this.#failing.delete(`${name} ${place}`)
          done(alert, place)
        } catch (error) {
          if (signal.aborted) return
          this.#failed(name, place, error)
        }
      }
    })
    await Promise.all(work)
    // The rule has fewer targets than it had.
    for (const { alert, to } of waiting) {
      const rule = this.#rules.find(({ name }) => name === alert.rule)
      if (rule !== undefined) for (const place of to) if (place >= rule.targets.length) done(alert, place)
    }
    return delivered
  }

  #mayTry(rule: string, place: number): boolean {
    const { notBefore = -Infinity } = this.#failing.get(`${rule} ${place}`) ?? {}
    return this.#deps.clock.monotonic() >= notBefore
  }

  #failed(rule: string, place: number, error: unknown): void {
    const { clock, logger } = this.#deps
    const tries = (this.#failing.get(`${rule} ${place}`)?.tries ?? 0) + 1
    const waitMs = Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** (tries - 1))
    this.#failing.set(`${rule} ${place}`, { tries, notBefore: clock.monotonic() + waitMs - 1000 })
    // The URL of a target is a secret, so only its place is told.
    logger.warn(`target ${place} of the alerts '${rule}' did not take an alert: ${messageOf(error)}`, { tries })
  }
}

function withoutDelivered(state: AlertState, delivered: ReadonlyMap<string, ReadonlySet<number>>): AlertState {
  const waiting = state.waiting.map(({ alert, to }) => {
    return { alert, to: to.filter((place) => delivered.get(alert.id)?.has(place) !== true) }
  })
  return { ...state, waiting: waiting.filter(({ to }) => to.length > 0) }
}

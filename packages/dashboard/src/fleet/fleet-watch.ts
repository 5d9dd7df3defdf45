/**
 * The pages' view of the fleet, and the rules for reading the store again.
 *
 * A page asks for a snapshot and gets a snapshot of at most {@link FRESH_MS} age. While any page is open, a loop reads
 * the store repeatedly, and tells its listeners when a visible value has changed; the listeners fetch their page again
 * and get the loop's new snapshot. All open pages share the loop.
 *
 * **Cost.** A fleet is idle without a due tick, an executing run or a waiting request. On an idle fleet, a look of the
 * loop costs two requests per 30 s: the change marker and the leader's lease, both conditional. Every few minutes the
 * loop reads the pages of jobs instead of the marker, because a manual run changes only the job. Members are read together with
 * everything else: when a page is opened, when the marker or the leader has changed, and shortly after every tick.
 * While something runs, the loop reads everything every 10 s.
 *
 * **A store that is down** gets one request per 15 s. The last snapshot stays, together with the error, until the store
 * answers.
 */
import type { LeaderView, Operator } from '@s3sched/operator'
import { LATE, messageOf, orLate, S3SchedError, WakeableSleep } from '@s3sched/kernel'
import type { Clock, Logger, Random } from '@s3sched/kernel'
import { hasJob, isBusy, nextStir, signatureOf, takeSnapshot, withParts, type FleetSnapshot } from './fleet-snapshot.ts'

export interface Trouble {
  readonly message: string
  /** Epoch ms. */
  readonly since: number
}

/** The present knowledge of the fleet. */
export interface Sight {
  /** The version of the view: the version changes when a page would look different. */
  readonly version: string
  /** `undefined` until the store has answered once. */
  readonly snapshot: FleetSnapshot | undefined
  /** The reason why the store doesn't answer; `undefined` while the store answers. */
  readonly trouble: Trouble | undefined
}

/** The largest age of a page's snapshot, unless the store is down; ms. */
const FRESH_MS = 3000
const IDLE_MS = 30_000
const DOWN_MS = 15_000
const BUSY_MS = 10_000
/** The longest wait of a page for the store; then the page shows the last snapshot, in ms. */
const PATIENCE_MS = 4000
/** Every so many looks, the loop reads the jobs instead of the marker. */
const BACKSTOP_LOOKS = 10

export interface FleetWatchDeps {
  readonly operator: Operator
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

/** The loop while there are listeners. */
interface Loop {
  readonly life: AbortController
  /** A page's action cuts a sleep short. */
  readonly naps: WakeableSleep
}

export class FleetWatch {
  readonly #deps: FleetWatchDeps
  readonly #boot: string
  readonly #listeners = new Set<(sight: Sight) => void>()
  #revision = 0
  #signature = ''
  #snapshot: FleetSnapshot | undefined
  #trouble: Trouble | undefined
  #takenAt = -Infinity
  #refreshing: Promise<void> | undefined
  #looks = 0
  #loop: Loop | undefined

  constructor(deps: FleetWatchDeps) {
    this.#deps = deps
    // A page that outlives this process must not mistake another process's revision for its own.
    this.#boot = deps.random.id().slice(0, 8)
  }

  /** The present view, at most {@link FRESH_MS} old when the store answers in time. Never throws. */
  async view(): Promise<Sight> {
    if (this.#deps.clock.monotonic() - this.#takenAt > FRESH_MS) await this.#withinPatience(this.refresh())
    return this.#sight()
  }

  /** The present view; read anew if the view does not have the job, which may be a new job. Never throws. */
  async viewOf(job: string): Promise<Sight> {
    const known = this.#snapshot
    const sight = await this.view()
    const { snapshot, trouble } = sight
    const isDecided = snapshot !== known || snapshot === undefined || trouble !== undefined || hasJob(snapshot, job)
    if (isDecided) return sight
    await this.stir()
    return this.#sight()
  }

  /** The last view, of any age; the store is asked only before the first. Never throws. */
  async last(): Promise<Sight> {
    return this.#snapshot === undefined ? this.view() : this.#sight()
  }

  /** Reads everything. Never throws: see {@link Sight.trouble}. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined))
    return this.#refreshing
  }

  /** Discards the freshness of the snapshot: this process changed something. */
  async stir(): Promise<void> {
    this.#takenAt = -Infinity
    await this.#refreshing
    await this.#withinPatience(this.refresh())
    this.#loop?.naps.wake()
  }

  /**
   * Calls `listener` at every change, and at once. The loop runs while there are listeners.
   * @returns a function that unsubscribes
   */
  subscribe(listener: (sight: Sight) => void): () => void {
    this.#listeners.add(listener)
    if (this.#loop === undefined) {
      this.#loop = { life: new AbortController(), naps: new WakeableSleep(this.#deps.clock) }
      void this.#keepLooking(this.#loop)
    }
    listener(this.#sight())
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.stop()
    }
  }

  stop(): void {
    this.#loop?.life.abort()
    this.#loop = undefined
  }

  async #keepLooking({ life, naps }: Loop): Promise<void> {
    const { clock } = this.#deps
    // A page that was hidden for a while opens the stream again, and shows an old snapshot.
    if (this.#trouble === undefined && clock.monotonic() - this.#takenAt > FRESH_MS) await this.#look()
    while (!life.signal.aborted) {
      // A nap that was cut short is followed by another one, for as long as there are listeners.
      if (await naps.sleep(this.#pauseMs(), life.signal)) await this.#look()
    }
  }

  #pauseMs(): number {
    if (this.#trouble !== undefined) return DOWN_MS
    const snapshot = this.#snapshot
    if (snapshot === undefined || isBusy(snapshot)) return BUSY_MS
    return Math.min(IDLE_MS, Math.max(BUSY_MS, nextStir(snapshot) - this.#deps.clock.now()))
  }

  async #look(): Promise<void> {
    const { clock, operator } = this.#deps
    const snapshot = this.#snapshot
    if (
      snapshot === undefined ||
      this.#trouble !== undefined ||
      isBusy(snapshot) ||
      nextStir(snapshot) <= clock.now()
    ) {
      return this.refresh()
    }
    this.#looks += 1
    try {
      const isBackstop = this.#looks % BACKSTOP_LOOKS === 0
      const parts = isBackstop ? await operator.jobs() : undefined
      if (!isBackstop && (await operator.hasChanged())) return await this.refresh()
      const leader = await operator.leader()
      // The new leader may be a new instance, and the old leader may be gone.
      if (isAnother(snapshot.leader, leader)) return await this.refresh()
      this.#learn(withParts(snapshot, { ...parts, leader, now: clock.now() }))
    } catch (error) {
      this.#suffer(error)
    }
  }

  async #refresh(): Promise<void> {
    const { clock, operator } = this.#deps
    try {
      // The marker is read first: a change during the other reads is then seen at the next look.
      await operator.hasChanged()
      const snapshot = await takeSnapshot(operator, () => clock.now())
      this.#takenAt = clock.monotonic()
      this.#learn(snapshot)
    } catch (error) {
      this.#suffer(error)
    }
  }

  #learn(snapshot: FleetSnapshot): void {
    this.#snapshot = snapshot
    this.#trouble = undefined
    this.#tell(signatureOf(snapshot))
  }

  #suffer(error: unknown): void {
    const { clock, logger } = this.#deps
    const message = error instanceof S3SchedError ? error.message : `something unexpected: ${messageOf(error)}`
    if (this.#trouble === undefined) logger.warn(`the dashboard can't read the store: ${message}`, { error })
    this.#trouble = { message, since: this.#trouble?.since ?? clock.now() }
    this.#tell(`trouble: ${message}`)
  }

  #tell(signature: string): void {
    if (signature !== this.#signature) this.#revision += 1
    this.#signature = signature
    for (const listener of this.#listeners) listener(this.#sight())
  }

  #sight(): Sight {
    return { version: `${this.#boot}.${this.#revision}`, snapshot: this.#snapshot, trouble: this.#trouble }
  }

  async #withinPatience(work: Promise<void>): Promise<void> {
    const { clock } = this.#deps
    if ((await orLate(clock, PATIENCE_MS, work)) !== LATE) return
    this.#trouble ??= { message: `it has not answered for ${PATIENCE_MS / 1000} s`, since: clock.now() }
  }
}

function isAnother(before: LeaderView, after: LeaderView): boolean {
  const [was, is] = [before, after].map((leader) => (leader.state === 'held' ? leader.epoch : leader.state))
  return was !== is
}

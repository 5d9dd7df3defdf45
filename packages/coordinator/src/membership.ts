/**
 * The member object of an instance. An instance writes `workers/<workerId>.json` when joining, and again at a slow
 * interval. The instance writes every heartbeat while it has something to say (`refresh(extra)`) or waits for a shard,
 * and every six heartbeats while other instances rely on the instance (`showOften`). The instance deletes the object
 * when leaving.
 *
 * Writes are conditional at no extra cost. Two processes with the same worker id notice each other by a refused write:
 * both report the conflict, and both take the object back. Neither process deletes the other's object.
 */
import type { Clock, Random } from '@s3sched/kernel'
import { livenessOf, systemHost, type HostProbe } from '@s3sched/lock'
import { afterStep, ageOf, encodeDocument, readDocument } from '@s3sched/store'
import type { Aged, Fields, ObjectStore, PutCondition } from '@s3sched/store'
import { CoordinatorError } from './coordinator-error.ts'
import { withReplaced, type EarlierInstances } from './earlier-instances.ts'
import { keyOf, MemberList } from './member-list.ts'
import { parseMember, presenceUntil, type EarlierPresence, type Member, type MemberBlocks } from './member.ts'

/** Attempts to write the member object. Every further attempt means a further process writing the same object. */
const MOST_TRIES = 5
/** Interval between writes of an instance whose death must be noticed soon. */
const OFTEN_HEARTBEATS = 6
/** Permitted delay of the promised write of an idle instance. */
const LATE_HEARTBEATS = 2

/** The live things that a {@link Membership} needs. */
export interface MembershipDeps {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
  /** @default the system's */
  readonly host?: HostProbe
  /** Receives the error about a second process with the same worker id. Must not throw. */
  readonly problem: (error: CoordinatorError) => void
}

/** The identity of a member, and the times of its object, in ms. */
export interface MembershipOptions {
  readonly workerId: string
  /** Distinguishes processes with the same worker id. */
  readonly instance: string
  readonly version: string | undefined
  readonly heartbeatMs: number
  readonly refreshMs: number
  readonly ttlMs: number
  /** Number of shards in the group. @default 1 */
  readonly shards?: number
}

/** The membership of this process in a group: writes, refreshes and deletes the member's object. */
export class Membership {
  readonly members: MemberList
  readonly #deps: MembershipDeps
  readonly #options: MembershipOptions
  readonly #host: HostProbe
  readonly #startedAt: number
  /** Time of the first write of the object, by the monotonic clock. */
  #upSince = 0
  readonly #toldOf = new Set<string>()
  /** A second process has written the object after this instance: both are alive under the same worker id. */
  #isContested = false
  #etag: string | undefined
  #earlier: EarlierInstances | undefined
  #before: EarlierPresence | undefined
  /** Until then an earlier process may be alive, by the monotonic clock. */
  #neededUntil = -Infinity
  #extra: Fields | undefined
  #notes: Fields | undefined
  #wants: readonly number[] = []
  #holds = 0
  #isShownOften = false
  #blocks: () => MemberBlocks | undefined = () => undefined
  #writtenAt = -Infinity
  #promisedEveryMs = Infinity
  #queue: Promise<unknown> = Promise.resolve()

  constructor(deps: MembershipDeps, options: MembershipOptions) {
    this.#deps = deps
    this.#options = options
    this.#host = deps.host ?? systemHost
    this.members = new MemberList(deps, options.workerId)
    this.#startedAt = deps.clock.now()
  }

  /** Time until the member object must be written again, ms. */
  refreshDueInMs(): number {
    // The promise in the object holds until a write with another promise.
    const everyMs = Math.min(this.#everyMs, this.#promisedEveryMs)
    return Math.max(0, this.#writtenAt + everyMs - this.#deps.clock.monotonic())
  }

  /** Joins, or confirms that the instance is alive: 1 PUT. */
  refresh(): Promise<void> {
    const run = this.#queue.then(() => this.#write())
    this.#queue = run.catch(() => undefined) // the caller gets the error; the next write starts all the same
    return run
  }

  /** Sets the `extra` of the following writes; `undefined` for none. */
  say(extra: Fields | undefined): void {
    this.#extra = extra
  }

  /** Sets the `notes` of the following writes; `undefined` for none. */
  note(notes: Fields | undefined): void {
    this.#notes = notes
  }

  /** Turns frequent writes on or off, by which the other members soon notice the death of the instance. */
  showOften(isOften: boolean): void {
    this.#isShownOften = isOften
  }

  /** Sets the source of the share about blocks of the event loop. */
  tellBlocks(blocks: () => MemberBlocks | undefined): void {
    this.#blocks = blocks
  }

  /** Sets the shards the instance waits for, and the number of shards it holds. */
  want(shards: readonly number[], holds: number): void {
    this.#wants = shards
    this.#holds = holds
  }

  /**
   * Leaves: 1 GET, and 1 DELETE where the object is this instance's. An object shared with a second live process of the
   * same worker id stays, because a run of the second process may depend on the object; the object grows stale by
   * itself. So does an object that tells of an earlier process that was busy, and may be alive.
   */
  async leave(): Promise<void> {
    await this.#queue
    const isNeeded = this.#isContested || this.#deps.clock.monotonic() < this.#neededUntil
    const isOwn = !isNeeded && (await this.#isOwn())
    this.#etag = undefined
    this.#writtenAt = -Infinity
    this.#isContested = false
    if (isOwn) await this.#deps.store.delete(this.#key())
  }

  async #isOwn(): Promise<boolean> {
    const got = await readDocument(this.#deps.store, this.#key(), { ifNoneMatch: this.#etag })
    if (got.outcome === 'unchanged') return true
    return got.outcome === 'found' && parseMember(got.fields)?.instance === this.#options.instance
  }

  #key(): string {
    return keyOf(this.#options.workerId)
  }

  async #write(): Promise<void> {
    const { clock, store, random } = this.#deps
    if (this.#writtenAt === -Infinity) this.#upSince = clock.monotonic()
    for (let tries = 1; tries <= MOST_TRIES; tries++) {
      const everyMs = this.#everyMs
      const { holds, wants, ...contents } = this.#contents()
      const asks = wants.length === 0 ? {} : { wants, holds }
      const body = encodeDocument({ ...contents, ...asks }, random.id())
      const condition: PutCondition = this.#etag === undefined ? { ifAbsent: true } : { ifMatch: this.#etag }
      const put = await store.put(this.#key(), body, { condition })
      if (put.outcome === 'written') {
        this.#etag = put.etag
        this.#writtenAt = this.#deps.clock.monotonic()
        this.#promisedEveryMs = everyMs
        return
      }
      await this.#resolve()
    }
    throw new CoordinatorError(`the member object ${this.#key()} changes faster than it can be written`, {
      code: 'DUPLICATE_WORKER_ID',
      retriable: true,
      suggestion: 'Give each process a workerId of its own',
    })
  }

  /** Reads the object after a write that was refused or has an unknown outcome. */
  async #resolve(): Promise<void> {
    const { store } = this.#deps
    const got = await readDocument(store, this.#key())
    if (got.outcome === 'missing' || got.outcome === 'unchanged') {
      this.#etag = undefined
      this.#earlier = undefined
      return
    }
    const hasWritten = this.#etag !== undefined
    this.#etag = got.etag
    const other = got.outcome === 'found' ? parseMember(got.fields) : undefined
    if (other?.instance === this.#options.instance) return
    this.#replace(other, got)
    if (other === undefined) return
    if (hasWritten) this.#isContested = true
    const { lastModified, serverTime = this.#deps.clock.now(), step } = got
    const silentMs = ageOf({ lastModified, serverTime, step }) ?? Infinity
    if (!this.members.isGone(other, silentMs)) this.#tellOf(other, silentMs)
  }

  /** Passes on when the earlier processes wrote last, as far as the object tells. */
  #replace(other: Member | undefined, { lastModified: at, serverTime, step }: Aged): void {
    this.#earlier = undefined
    if (other === undefined || at === undefined) return
    this.#before = presenceUntil(other, at)
    const { earlier, extra, instance, staleAfterMs } = other
    const replaced = { instance, at, staleAfterMs, earlier, isIdle: extra === undefined, step }
    this.#earlier = withReplaced(replaced, this.#options.instance)
    const { clock } = this.#deps
    const now = serverTime ?? clock.now()
    const leftMs = this.#earlier.writes.map((write) => write.staleAfterMs + afterStep(write.at, step) - now)
    this.#neededUntil = Math.max(this.#neededUntil, clock.monotonic() + Math.max(0, ...leftMs))
  }

  #tellOf(other: Member, silentMs: number): void {
    if (this.#toldOf.has(other.instance)) return
    this.#toldOf.add(other.instance)
    const { workerId } = this.#options
    const isHere = livenessOf(other.process, this.#host) === 'self'
    const where = isHere ? 'another scheduler in this process' : `pid ${other.pid} on ${other.host}`
    this.#deps.problem(
      new CoordinatorError(
        `worker id '${workerId}' is also used by ${where}, seen ${Math.round(silentMs / 1000)} s ago`,
        {
          code: 'DUPLICATE_WORKER_ID',
          suggestion: isHere
            ? 'Give each one a workerId of its own'
            : 'Unless that process has just crashed, give each one a workerId of its own',
          context: { workerId, host: other.host, pid: other.pid, silentMs },
        },
      ),
    )
  }

  #contents(): Member {
    const { workerId, instance, version, heartbeatMs, ttlMs, shards = 1 } = this.#options
    const mark = this.#host.self()
    return {
      workerId,
      host: mark.host,
      pid: mark.pid,
      process: mark,
      startedAt: this.#startedAt,
      upMs: Math.round(this.#deps.clock.monotonic() - this.#upSince),
      version,
      extra: this.#extra,
      notes: this.#notes,
      shards: shards === 1 ? undefined : shards,
      wants: this.#wants,
      holds: this.#holds,
      instance,
      earlier: this.#earlier,
      before: this.#before,
      blocked: this.#blocks(),
      staleAfterMs: this.#isBusy ? Math.max(ttlMs, 3 * heartbeatMs) : this.#everyMs + LATE_HEARTBEATS * heartbeatMs,
    }
  }

  get #everyMs(): number {
    const { heartbeatMs, refreshMs } = this.#options
    if (this.#isBusy) return heartbeatMs
    return this.#isShownOften ? Math.min(refreshMs, OFTEN_HEARTBEATS * heartbeatMs) : refreshMs
  }

  /** The death of the instance must be noticed soon. */
  get #isBusy(): boolean {
    return this.#extra !== undefined || this.#wants.length > 0
  }
}

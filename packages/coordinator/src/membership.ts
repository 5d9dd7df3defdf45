/**
 * Who is there. Each instance writes `workers/<workerId>.json` when it joins, again at a slow interval, at each heartbeat
 * while it says something about itself (`refresh(extra)`) or waits for a shard, each six heartbeats while others rely on it
 * (`showOften`), and deletes it when it leaves.
 *
 * Nothing is decided by it. A member counts as gone when its object is older, by the server's own clock, than what its
 * writer promised, or when its process is gone from this host. Writes are conditional at no extra cost, and a refused one
 * is how two processes with one worker id notice each other: each says so, and takes the object back for itself. Neither
 * deletes the object of the other.
 */
import type { Clock, Random } from '@s3sched/kernel'
import { livenessOf, systemHost, type HostProbe } from '@s3sched/lock'
import {
  encodeDocument,
  readDocument,
  type Fields,
  type ListedObject,
  type ObjectStore,
  type PutCondition,
} from '@s3sched/store'
import { CoordinatorError } from './coordinator-error.ts'
import type { Peer } from './hand-over.ts'
import { parseMember, type Member, type Worker } from './member.ts'

const PREFIX = 'workers/'
/** Members that are gone for longer than this are deleted by the leader, ms. */
const FORGET_AFTER_MS = 24 * 3_600_000
/** In how many tries a member object must be written; each one more is another process that writes the same one. */
const MOST_TRIES = 5
/** How often an instance writes its object that others must see soon when it is gone. */
const OFTEN_HEARTBEATS = 6
/** How much later than promised a write of an idle instance may come. */
const LATE_HEARTBEATS = 2

export interface MembershipDeps {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
  /** @default the system's */
  readonly host?: HostProbe
  /** Is told about a second process with the same worker id. Must not throw. */
  readonly problem: (error: CoordinatorError) => void
}

export interface MembershipTerms {
  readonly workerId: string
  /** Tells this process from others that use the same worker id. */
  readonly instance: string
  readonly version: string | undefined
  readonly heartbeatMs: number
  readonly refreshMs: number
  readonly ttlMs: number
  /** How many shards its group has. @default 1 */
  readonly shards?: number
}

/** Another member, as this instance sees it. */
export interface SeenPeer extends Peer {
  readonly shards: number
  /** When it wrote its object last, by this instance's monotonic clock. */
  readonly seenAt: number
}

export class Membership {
  readonly #deps: MembershipDeps
  readonly #terms: MembershipTerms
  readonly #host: HostProbe
  readonly #startedAt: number
  /** When it wrote its object first, by the monotonic clock. */
  #upSince = 0
  readonly #read = new Map<string, { readonly etag: string; readonly member: Member | undefined }>()
  readonly #toldOf = new Set<string>()
  /** Another process has written the object since this instance did: both live, under one worker id. */
  #isContested = false
  #etag: string | undefined
  #extra: Fields | undefined
  #wants: readonly number[] = []
  #holds = 0
  #isShownOften = false
  #writtenAt = -Infinity
  #promisedEveryMs = Infinity
  #queue: Promise<unknown> = Promise.resolve()

  constructor(deps: MembershipDeps, terms: MembershipTerms) {
    this.#deps = deps
    this.#terms = terms
    this.#host = deps.host ?? systemHost
    this.#startedAt = deps.clock.now()
  }

  /** In how many ms the member object must be written again. */
  refreshDueInMs(): number {
    // What the object promises holds until it is written with another promise.
    const everyMs = Math.min(this.#everyMs, this.#promisedEveryMs)
    return Math.max(0, this.#writtenAt + everyMs - this.#deps.clock.monotonic())
  }

  /** Joins, or says that the instance is still there: 1 PUT. */
  refresh(): Promise<void> {
    const run = this.#queue.then(() => this.#write())
    this.#queue = run.catch(() => undefined) // whoever called gets the error; the next write starts all the same
    return run
  }

  /** What the instance says about itself from now on; `undefined` for nothing. */
  say(extra: Fields | undefined): void {
    this.#extra = extra
  }

  /** Whether the instance writes its object so often from now on that others see soon when it is gone. */
  showOften(isOften: boolean): void {
    this.#isShownOften = isOften
  }

  /** The shards that the instance waits for from now on, and how many it holds. */
  want(shards: readonly number[], holds: number): void {
    this.#wants = shards
    this.#holds = holds
  }

  /**
   * Leaves: 1 GET, and 1 DELETE where the object is this instance's. Another live process of the same worker id may have a run
   * that hangs on the object, which then grows stale by itself.
   */
  async leave(): Promise<void> {
    await this.#queue
    const isOwn = !this.#isContested && (await this.#isOwn())
    this.#etag = undefined
    this.#writtenAt = -Infinity
    this.#isContested = false
    if (isOwn) await this.#deps.store.delete(this.#key())
  }

  async #isOwn(): Promise<boolean> {
    const got = await readDocument(this.#deps.store, this.#key(), { ifNoneMatch: this.#etag })
    if (got.outcome === 'unchanged') return true
    return got.outcome === 'found' && parseMember(got.fields)?.instance === this.#terms.instance
  }

  /** Those who are there: 1 LIST, and a GET for each whose object changed since the last call. */
  async workers(): Promise<Worker[]> {
    const found = await this.#list()
    const workers: Worker[] = []
    for (const { object, now } of found) {
      const member = await this.#member(object)
      if (member === undefined || this.#isGone(member, now - object.lastModified)) continue
      const { instance: _, staleAfterMs: __, wants: ___, holds: ____, process: _____, upMs: ______, ...worker } = member
      workers.push({ ...worker, lastSeen: object.lastModified })
    }
    return workers
  }

  /** When a member wrote its object last, epoch ms by the server's clock; `undefined` for one that is gone: 1 GET. */
  async lastSeen(workerId: string): Promise<number | undefined> {
    const got = await readDocument(this.#deps.store, keyOf(workerId))
    const member = got.outcome === 'found' ? parseMember(got.fields) : undefined
    if (got.outcome !== 'found' || member?.workerId !== workerId) return undefined
    const { lastModified = 0, serverTime = this.#deps.clock.now() } = got
    return this.#isGone(member, serverTime - lastModified) ? undefined : lastModified
  }

  /**
   * The others who are there, for the spread of shards: 1 LIST, and a GET for each that is new, or may be gone by what it said
   * before.
   * @param isThorough - also a GET for each whose object changed, without which nobody is known to wait for a shard
   */
  async peers({ isThorough }: { readonly isThorough: boolean }): Promise<SeenPeer[]> {
    const peers: SeenPeer[] = []
    for (const { object, now } of await this.#list()) {
      if (object.key === this.#key()) continue
      const silentMs = now - object.lastModified
      const known = this.#read.get(object.key)?.member
      const isKnown = known !== undefined && silentMs <= known.staleAfterMs
      const member = isKnown && !isThorough ? known : await this.#member(object)
      if (member === undefined || this.#isGone(member, silentMs)) continue
      const { holds, shards = 1, wants, workerId } = member
      const seenAt = this.#deps.clock.monotonic() - silentMs
      peers.push({ workerId, shards, holds, seenAt, wants: silentMs <= this.#terms.ttlMs ? wants : [] })
    }
    return peers
  }

  /** The ids of those who wrote their object within the last `withinMs`, and this instance's: 1 LIST. */
  async recentIds(withinMs: number): Promise<string[]> {
    const found = await this.#list()
    const recent = found.filter(({ object, now }) => now - object.lastModified <= withinMs)
    return [...new Set([this.#terms.workerId, ...recent.map(({ object }) => idOf(object.key))])]
  }

  /** Whether another member has been there for longer than `ageMs`: 1 LIST, and a GET for each that changed. */
  async hasElder(ageMs: number): Promise<boolean> {
    for (const { object, now } of await this.#list()) {
      if (object.key === this.#key()) continue
      const silentMs = now - object.lastModified
      const member = await this.#member(object)
      if (member !== undefined && !this.#isGone(member, silentMs) && member.upMs + silentMs > ageMs) return true
    }
    return false
  }

  /** Deletes the objects of members that are gone for a day: 1 LIST, and what {@link workers} costs. */
  async forget(): Promise<void> {
    const gone: string[] = []
    for (const { object, now } of await this.#list()) {
      const silentMs = now - object.lastModified
      if (silentMs <= FORGET_AFTER_MS || object.key === this.#key()) continue
      const member = await this.#member(object)
      if (silentMs > FORGET_AFTER_MS + (member?.staleAfterMs ?? 0)) gone.push(object.key)
    }
    if (gone.length > 0) await this.#deps.store.delete(gone)
  }

  #key(): string {
    return keyOf(this.#terms.workerId)
  }

  async #list(): Promise<{ object: ListedObject; now: number }[]> {
    const { store, clock } = this.#deps
    const found: { object: ListedObject; now: number }[] = []
    for await (const { objects, serverTime } of store.list(PREFIX)) {
      for (const object of objects) found.push({ object, now: serverTime ?? clock.now() })
    }
    const keys = new Set(found.map(({ object }) => object.key))
    for (const key of this.#read.keys()) if (!keys.has(key)) this.#read.delete(key)
    return found
  }

  async #member({ key, etag }: ListedObject): Promise<Member | undefined> {
    const known = this.#read.get(key)
    if (known?.etag === etag) return known.member
    const got = await readDocument(this.#deps.store, key)
    const read = got.outcome === 'found' ? parseMember(got.fields) : undefined
    // One object speaks for one member: whoever says that it is another is not believed.
    const member = read?.workerId === idOf(key) ? read : undefined
    this.#read.set(key, { etag, member })
    return member
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

  /** The write was refused, or nobody knows: finds out what the object is now. */
  async #resolve(): Promise<void> {
    const { store } = this.#deps
    const got = await readDocument(store, this.#key())
    if (got.outcome === 'missing' || got.outcome === 'unchanged') {
      this.#etag = undefined
      return
    }
    const hasWritten = this.#etag !== undefined
    this.#etag = got.etag
    const other = got.outcome === 'found' ? parseMember(got.fields) : undefined
    if (other === undefined || other.instance === this.#terms.instance) return
    if (hasWritten) this.#isContested = true
    const silentMs = (got.serverTime ?? this.#deps.clock.now()) - (got.lastModified ?? 0)
    if (!this.#isGone(other, silentMs)) this.#tellOf(other, silentMs)
  }

  #isGone({ process, staleAfterMs }: Member, silentMs: number): boolean {
    return silentMs > staleAfterMs || livenessOf(process, this.#host) === 'gone'
  }

  #tellOf(other: Member, silentMs: number): void {
    if (this.#toldOf.has(other.instance)) return
    this.#toldOf.add(other.instance)
    const { workerId } = this.#terms
    const where = `pid ${other.pid} on ${other.host}`
    this.#deps.problem(
      new CoordinatorError(
        `worker id '${workerId}' is also used by ${where}, seen ${Math.round(silentMs / 1000)} s ago`,
        {
          code: 'DUPLICATE_WORKER_ID',
          suggestion: 'Unless that process has just crashed, give each one a workerId of its own',
          context: { workerId, host: other.host, pid: other.pid, silentMs },
        },
      ),
    )
  }

  #contents(): Member {
    const { workerId, instance, version, heartbeatMs, ttlMs, shards = 1 } = this.#terms
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
      shards: shards === 1 ? undefined : shards,
      wants: this.#wants,
      holds: this.#holds,
      instance,
      staleAfterMs: this.#isBusy ? Math.max(ttlMs, 3 * heartbeatMs) : this.#everyMs + LATE_HEARTBEATS * heartbeatMs,
    }
  }

  get #everyMs(): number {
    const { heartbeatMs, refreshMs } = this.#terms
    if (this.#isBusy) return heartbeatMs
    return this.#isShownOften ? Math.min(refreshMs, OFTEN_HEARTBEATS * heartbeatMs) : refreshMs
  }

  /** Others must notice soon when it is gone. */
  get #isBusy(): boolean {
    return this.#extra !== undefined || this.#wants.length > 0
  }
}

function keyOf(workerId: string): string {
  return `${PREFIX}${workerId}.json`
}

function idOf(key: string): string {
  return key.slice(PREFIX.length).replace(/\.json$/, '')
}

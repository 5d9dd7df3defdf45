/**
 * The members of a group, as their objects tell.
 *
 * No protocol decision depends on membership. A member counts as gone when its object is older, by the server's own
 * clock, than its writer promised, or when its process is gone from the reader's host.
 */
import type { Clock } from '@s3sched/kernel'
import { livenessOf, systemHost, type HostProbe } from '@s3sched/lock'
import { ageOf, readDocument, type ListedObject, type ObjectStore } from '@s3sched/store'
import type { Peer } from './hand-over.ts'
import { parseMember, workerOf, type Member, type Worker } from './member.ts'

const PREFIX = 'workers/'
/** Time after which the leader deletes the object of a member that is gone, ms. */
const FORGET_AFTER_MS = 24 * 3_600_000

/** A member of the group, as seen by the other members. */
export interface SeenPeer extends Peer {
  readonly shards: number
  /** Time of the member's last write, by this instance's monotonic clock. */
  readonly seenAt: number
}

interface Listed {
  readonly object: ListedObject
  /** By the server's clock, epoch ms. */
  readonly now: number
  /** See {@link ageOf}. */
  readonly silentMs: number
}

/** The live things that a {@link MemberList} needs. */
export interface MemberListDeps {
  readonly store: ObjectStore
  readonly clock: Clock
  /** @default the system's */
  readonly host?: HostProbe
}

/** The members of a group, as their objects in the bucket tell. */
export class MemberList {
  readonly #store: ObjectStore
  readonly #clock: Clock
  readonly #host: HostProbe
  readonly #self: string | undefined
  readonly #read = new Map<string, { readonly etag: string; readonly member: Member | undefined }>()

  /** @param self - the worker id of the reader; `undefined` for a reader that is no member */
  constructor({ store, clock, host = systemHost }: MemberListDeps, self?: string) {
    this.#store = store
    this.#clock = clock
    this.#host = host
    this.#self = self
  }

  /**
   * The live members: 1 LIST, and a GET for each object that changed since the last call.
   * @param atLeastMs - a member counts as live for this time after its last write, even if it promised an earlier write
   */
  async workers(atLeastMs = 0): Promise<Worker[]> {
    const found = await this.#list()
    const workers: Worker[] = []
    for (const { object, now, silentMs } of found) {
      const member = await this.#member(object)
      if (member === undefined || this.isGone(member, silentMs, atLeastMs)) continue
      workers.push(workerOf(member, object.lastModified, now))
    }
    return workers
  }

  /** Time of a member's last write, epoch ms by the server's clock; `undefined` when the member is gone: 1 GET. */
  async lastSeen(workerId: string): Promise<number | undefined> {
    const got = await readDocument(this.#store, keyOf(workerId))
    const member = got.outcome === 'found' ? parseMember(got.fields) : undefined
    if (got.outcome !== 'found' || member?.workerId !== workerId) return undefined
    const { lastModified, serverTime = this.#clock.now(), step } = got
    const silentMs = ageOf({ lastModified, serverTime, step }) ?? Infinity
    return this.isGone(member, silentMs) ? undefined : lastModified
  }

  /**
   * The other live members, for the spread of shards: 1 LIST, and a GET for each member that is new, or may be gone by
   * its last known promise.
   * @param wantsWithinMs - requests for shards count for this time after a member's last write
   * @param isThorough - a GET for each changed object too; without these reads, requests for shards are not seen
   */
  async peers(wantsWithinMs: number, { isThorough }: { readonly isThorough: boolean }): Promise<SeenPeer[]> {
    const peers: SeenPeer[] = []
    for (const { object, silentMs } of await this.#list()) {
      if (this.#isOwn(object)) continue
      const known = this.#read.get(object.key)?.member
      const isKnown = known !== undefined && silentMs <= known.staleAfterMs
      const member = isKnown && !isThorough ? known : await this.#member(object)
      if (member === undefined || this.isGone(member, silentMs)) continue
      const { holds, shards = 1, wants, workerId } = member
      const seenAt = this.#clock.monotonic() - silentMs
      peers.push({ workerId, shards, holds, seenAt, wants: silentMs <= wantsWithinMs ? wants : [] })
    }
    return peers
  }

  /** Ids of the instance and of the members with a write within the last `withinMs`: 1 LIST. */
  async recentIds(withinMs: number): Promise<string[]> {
    const found = await this.#list()
    const recent = found.filter(({ silentMs }) => silentMs <= withinMs)
    const ids = recent.map(({ object }) => idOf(object.key))
    return [...new Set(this.#self === undefined ? ids : [this.#self, ...ids])]
  }

  /**
   * True when a live member besides this instance has been up for longer than `ageMs`: 1 LIST, and a GET for each
   * changed object.
   */
  async hasElder(ageMs: number): Promise<boolean> {
    for (const { object, silentMs } of await this.#list()) {
      if (this.#isOwn(object)) continue
      const member = await this.#member(object)
      if (member !== undefined && !this.isGone(member, silentMs) && member.upMs + silentMs > ageMs) return true
    }
    return false
  }

  /**
   * True when a live member besides this instance does not leave leading to others: 1 LIST, and a GET for each changed
   * object.
   */
  async hasUnblocked(): Promise<boolean> {
    const workers = await this.workers()
    return workers.some(({ blocked, workerId }) => workerId !== this.#self && blocked === undefined)
  }

  /** Deletes the objects of members that have been gone for a day: 1 LIST, and the reads of {@link workers}. */
  async forget(): Promise<void> {
    const gone: string[] = []
    for (const { object, now } of await this.#list()) {
      const silentMs = now - object.lastModified
      if (silentMs <= FORGET_AFTER_MS || this.#isOwn(object)) continue
      const member = await this.#member(object)
      if (silentMs > FORGET_AFTER_MS + (member?.staleAfterMs ?? 0)) gone.push(object.key)
    }
    if (gone.length > 0) await this.#store.delete(gone)
  }

  /** True when the member broke its promise to write, or its process is gone from this host. */
  isGone({ process, staleAfterMs }: Member, silentMs: number, atLeastMs = 0): boolean {
    return silentMs > Math.max(staleAfterMs, atLeastMs) || livenessOf(process, this.#host) === 'gone'
  }

  #isOwn({ key }: ListedObject): boolean {
    return this.#self !== undefined && key === keyOf(this.#self)
  }

  async #list(): Promise<Listed[]> {
    const found: Listed[] = []
    for await (const { objects, serverTime: now = this.#clock.now(), step } of this.#store.list(PREFIX)) {
      for (const object of objects) {
        const { lastModified } = object
        found.push({ object, now, silentMs: ageOf({ lastModified, serverTime: now, step }) ?? 0 })
      }
    }
    const keys = new Set(found.map(({ object }) => object.key))
    for (const key of this.#read.keys()) if (!keys.has(key)) this.#read.delete(key)
    return found
  }

  async #member({ key, etag }: ListedObject): Promise<Member | undefined> {
    const known = this.#read.get(key)
    if (known?.etag === etag) return known.member
    const got = await readDocument(this.#store, key)
    const read = got.outcome === 'found' ? parseMember(got.fields) : undefined
    // An object speaks only for the member in its key: a record with a different worker id is ignored.
    const member = read?.workerId === idOf(key) ? read : undefined
    this.#read.set(key, { etag, member })
    return member
  }
}

export function keyOf(workerId: string): string {
  return `${PREFIX}${workerId}.json`
}

function idOf(key: string): string {
  return key.slice(PREFIX.length).replace(/\.json$/, '')
}

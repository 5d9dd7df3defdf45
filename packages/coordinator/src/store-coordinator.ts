import { TypedEmitter, type Listener } from '@s3sched/kernel'
import type { LeasePayload } from '@s3sched/lock'
import type { Fields, ObjectStore } from '@s3sched/store'
import type { CoordinatorEvents, Leader } from './coordinator-events.ts'
import type { ResolvedShardedOptions } from './coordinator-options.ts'
import type { Coordinator } from './coordinator.ts'
import type { Phase } from './election.ts'
import type { Leadership, LeaderRun } from './leadership.ts'
import type { Worker } from './member.ts'
import type { Shard } from './sharded-coordinator.ts'
import { StoreShards } from './store-shards.ts'

/** An instance of a group with one leader, built on a group with one shard. */
export class StoreCoordinator implements Coordinator {
  readonly #all: StoreShards
  readonly #one: Shard
  readonly #emitter: TypedEmitter<CoordinatorEvents>

  constructor(store: ObjectStore, ownsStore: boolean, options: ResolvedShardedOptions) {
    const { logger } = options
    const emitter = (this.#emitter = new TypedEmitter<CoordinatorEvents>((error, event) =>
      logger.error(`coordinator: a listener of '${event}' failed`, { error }),
    ))
    const all = (this.#all = new StoreShards(store, ownsStore, options))
    this.#one = all.shards[0] as Shard
    all.on('elected', ({ epoch, workerId }) => emitter.emit('elected', { workerId, epoch }))
    all.on('promoted', ({ epoch, previous, signal, workerId }) =>
      emitter.emit('promoted', { workerId, epoch, signal, previous }),
    )
    all.on('demoted', ({ epoch, reason, workerId }) => emitter.emit('demoted', { workerId, epoch, reason }))
    all.on('renewed', ({ epoch }) => emitter.emit('renewed', { epoch }))
    all.on('phase', ({ duration, phase }) => emitter.emit('phase', { phase, duration }))
    all.on('error', ({ error }) => emitter.emit('error', { error }))
  }

  get workerId(): string {
    return this.#all.workerId
  }

  get phase(): Phase | undefined {
    return this.#one.phase
  }

  get signal(): AbortSignal | undefined {
    return this.#one.signal
  }

  start(): Promise<void> {
    return this.#all.start()
  }

  stop(): Promise<void> {
    return this.#all.stop()
  }

  isLeader(): boolean {
    return this.#one.isLeader()
  }

  leader(): Leader | undefined {
    return this.#one.leader()
  }

  leaderPayload(): LeasePayload | undefined {
    return this.#one.leaderPayload()
  }

  epoch(): number | undefined {
    return this.#one.epoch()
  }

  workers(): Promise<Worker[]> {
    return this.#all.workers()
  }

  runAsLeader<T>(fn: (leadership: Leadership) => T | Promise<T>): Promise<LeaderRun<T>> {
    return this.#one.runAsLeader(fn)
  }

  refreshMember(extra?: Fields): Promise<void> {
    return this.#all.refreshMember(extra)
  }

  renewNow(): Promise<void> {
    return this.#one.renewNow()
  }

  lookNow(): void {
    this.#one.lookNow()
  }

  stepDown(reason: string): Promise<void> {
    return this.#one.stepDown(reason)
  }

  on<E extends keyof CoordinatorEvents>(event: E, listener: Listener<CoordinatorEvents[E]>): this {
    this.#emitter.on(event, listener)
    return this
  }

  once<E extends keyof CoordinatorEvents>(event: E, listener: Listener<CoordinatorEvents[E]>): this {
    this.#emitter.once(event, listener)
    return this
  }

  off<E extends keyof CoordinatorEvents>(event: E, listener: Listener<CoordinatorEvents[E]>): this {
    this.#emitter.off(event, listener)
    return this
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#all[Symbol.asyncDispose]()
  }
}

/**
 * A leader's work from promotion to demotion.
 *
 * **Promotion** (`decide-promotion.ts`): every known job is planned at once, and ticks are claimed from then on. One
 * LIST then tells which records have changed, and which of these must be read now.
 *
 * **Afterwards**: the tick engine; changes that `bucket-watch.ts` sees; chains, when a run has ended; the chores.
 *
 * With several shards, a term belongs to a shard, and handles the jobs of the shard alone. Work done once per process
 * is done in the term of shard 0.
 */
import { createSharedAbort, onAbortUntil } from '@s3sched/kernel'
import type { EngineEnv } from '../engine-env.ts'
import type { Term } from '../fleet/shard-terms.ts'
import type { PreviousTerm } from '../presence/previous-term.ts'
import type { TickEngine } from '../ticks/tick-engine.ts'
import type { BucketWatch } from './bucket-watch.ts'
import type { StartRule } from './decide-promotion.ts'
import { type Chore, insist, repeat } from './insist.ts'
import type { JobStarter } from './job-starter.ts'
import type { TermScope } from './promote.ts'
import { SharedLooks } from './shared-looks.ts'
import type { TermLease } from './term-lease.ts'

export interface LeaderTermDeps {
  readonly scope: TermScope
  readonly engine: TickEngine
  readonly lease: TermLease
  /** @param stopping - aborts when nothing is to be started any more */
  readonly createStarter: (stopping: AbortSignal) => JobStarter
  /** Plans every job. @throws StoreError; the term tries again then */
  readonly promote: (previous: PreviousTerm | undefined, stopping: AbortSignal) => Promise<void>
  /** Sees changes by others in the bucket. */
  readonly watch: BucketWatch
  readonly chores: readonly Chore[]
}

/** Pause before the next look at a backfill that has to wait, in ms. No request while its runs are here. */
const WAIT_MS = 15_000

export class LeaderTerm implements Term {
  readonly #env: EngineEnv
  readonly #deps: LeaderTermDeps
  /** Ends the loops; runs under way depend on the authority alone. */
  readonly #stopping = createSharedAbort()
  readonly #starter: JobStarter
  readonly #chains = new SharedLooks((predecessor, begin) =>
    this.#insist('look at the chains', () => {
      begin()
      return this.#starter.evaluateChains(predecessor)
    }),
  )
  readonly #backfills = new SharedLooks((jobName, begin) =>
    this.#insist('go on with a backfill', async () => {
      begin()
      if (await this.#starter.advanceBackfills(jobName)) void this.#lookAgain()
    }),
  )
  /** A look at the backfills that have to wait is planned. */
  #isWaiting = false

  constructor(env: EngineEnv, deps: LeaderTermDeps) {
    this.#env = env
    this.#deps = deps
    const { signal } = this.#stopping
    this.#starter = deps.createStarter(signal)
    onAbortUntil(deps.scope.authority.signal, signal, () => this.stop())
    deps.engine.unclaimed.onChange = () => this.#sayUnclaimed()
  }

  payload(): Readonly<Record<string, unknown>> {
    return this.#deps.lease.payload()
  }

  touch(name: string): void {
    this.#deps.engine.touch(name)
  }

  unservedSince(name: string): number | undefined {
    return this.#deps.engine.unclaimed.unserved[name]
  }

  get nextOpen(): number | undefined {
    return this.#deps.engine.nextOpen
  }

  /** The instant of the job's next open tick, as this term knows. */
  nextTick(name: string): number | undefined {
    return this.#deps.engine.nextTick(name)
  }

  stop(): void {
    this.#deps.lease.stop()
    this.#stopping.abort()
    this.#deps.engine.stop()
  }

  decided(): Promise<void> {
    return this.#deps.engine.decided()
  }

  /**
   * Promotes, then runs until the authority ends. Never rejects.
   * @param previous - the last term's lease; `undefined` when there was no readable lease
   * @param starts - the jobs with `runOnStart` that run now; `undefined` for none of them
   */
  async run(previous: PreviousTerm | undefined, starts: StartRule | undefined): Promise<void> {
    const { chores, engine, lease, promote } = this.#deps
    const { signal } = this.#stopping
    lease.begin(previous)
    await this.#insist('see who was there', async () => {
      engine.rest = await lease.restBefore(starts !== undefined)
    })
    const ticking = engine.run()
    await this.#insist('take over', () => promote(previous, signal))
    if (signal.aborted) return ticking
    lease.takeOver()
    if (Object.keys(engine.unclaimed.ticks).length > 0) this.#sayUnclaimed()
    const loops = [ticking, this.#watch(), ...chores.map((chore) => repeat({ ...this.#env, signal }, chore))]
    if (starts !== undefined) await this.#runOnStart(starts)
    await this.evaluateChains()
    void this.advanceBackfills()
    await Promise.all(loops)
  }

  /** Takes over more jobs. Never rejects. */
  async adopt(names: readonly string[], starts: StartRule): Promise<void> {
    for (const name of names) this.touch(name)
    await this.#runOnStart(starts)
  }

  async #runOnStart(starts: StartRule): Promise<void> {
    await this.#insist('start the jobs with runOnStart', () => this.#starter.runOnStart(starts))
  }

  #sayUnclaimed(): void {
    void this.#insist('say which actions it lacks', () => this.#deps.lease.sayUnclaimed(this.#stopping.signal))
  }

  /** Starts the jobs after `predecessor`; all chains without a `predecessor`. Never rejects. */
  evaluateChains(predecessor?: string): Promise<void> {
    return this.#chains.at(predecessor)
  }

  /**
   * Goes on with the backfill of one job, or with all backfills; a backfill that has to wait is looked at again. Never
   * rejects.
   */
  advanceBackfills(jobName?: string): Promise<void> {
    return this.#backfills.at(jobName)
  }

  /** The end of a run elsewhere, and of a decision about ticks, is told to nobody. */
  async #lookAgain(): Promise<void> {
    const { signal } = this.#stopping
    if (this.#isWaiting || signal.aborted) return
    this.#isWaiting = true
    await this.#env.clock.sleep(WAIT_MS, signal).catch(() => undefined) // the term ends
    this.#isWaiting = false
    if (!signal.aborted) void this.advanceBackfills()
  }

  async #watch(): Promise<void> {
    const { engine, lease, scope, watch } = this.#deps
    const { owns, shard } = scope
    const { signal } = this.#stopping
    await this.#insist('name the standbys', async () => lease.standbys?.call())
    watch.join({
      shard,
      signal,
      lookAtMembers: async (haveChanged) => lease.standbys?.look(haveChanged, engine.nextOpen),
      changed: (names) => {
        for (const name of names) if (owns(name)) engine.touch(name)
      },
      obey: (requests) => this.#starter.obey(requests.filter(({ jobName }) => owns(jobName))),
      settle: async () => {
        await engine.decided()
        await this.evaluateChains()
        void this.advanceBackfills()
      },
    })
  }

  #insist(what: string, work: () => Promise<void>): Promise<void> {
    return insist({ ...this.#env, signal: this.#stopping.signal }, what, work)
  }
}

/**
 * The places of concurrency groups in the whole fleet: the shell around `group-places.ts`.
 *
 * An attempt arrives in the list of its group (1 PUT for all changes of the moment), and begins once its position is
 * below the limit. Until then the process looks at the list (1 conditional GET for all its waiting runs), less often
 * the longer the wait lasts. Meanwhile the process also asks whether the runs before are still alive: a run that its
 * job's record does not name any more leaves the list, and a run whose process may be gone is resolved as before each
 * decision about its job. After the attempt the run leaves the list; the next attempt does not wait for this write.
 */
import { orAbort } from '@s3sched/executor'
import { createSharedAbort, type LazyAbort, messageOf } from '@s3sched/kernel'
import {
  arrive,
  depart,
  type GroupRecord,
  type GroupRun,
  holdsPlace,
  type JobRecord,
  runsBefore,
  SchedulerError,
} from '@s3sched/jobs'
import { type GroupLedger, openGroupPages, type RecordCache } from '@s3sched/jobs/bucket'
import type { EngineEnv } from '../engine-env.ts'

export interface FleetPlacesDeps {
  readonly records: Pick<RecordCache, 'invalidate' | 'load'>
  /** Resolves the runs of dead processes that the job's record names. @throws the store's error */
  readonly resolve: (jobName: string, record: JobRecord) => Promise<unknown>
}

/** An attempt that needs a place. */
export interface PlaceRequest extends Pick<GroupRun, 'job' | 'runId' | 'fence'> {
  readonly group: string
  readonly limit: number
}

type Decision<Refusal> =
  | { readonly do: 'write'; readonly record: GroupRecord }
  | { readonly do: 'remove' }
  | { readonly do: 'refuse'; readonly reason: Refusal }

/** The pause between two looks is a part of the time waited so far, within these bounds, in ms. */
const LOOK = { share: 0.1, leastMs: 250, mostMs: 5000 }
/** The same for looks whether the runs before are alive. */
const CHECK = { share: 0.25, leastMs: 1000, mostMs: 15_000 }

export class FleetPlaces {
  readonly #env: Pick<EngineEnv, 'clock' | 'events' | 'logger' | 'random' | 'self' | 'store'>
  readonly #deps: FleetPlacesDeps
  readonly #leaving = new Set<Promise<void>>()
  /** The attempts of this process in any list. */
  readonly #mine = new Set<string>()
  readonly #closed = createSharedAbort()
  #ledger: GroupLedger | undefined

  constructor(
    env: Pick<EngineEnv, 'clock' | 'events' | 'logger' | 'random' | 'self' | 'store'>,
    deps: FleetPlacesDeps,
  ) {
    this.#env = env
    this.#deps = deps
  }

  /**
   * Waits for a place.
   * @param ending - ends the wait
   * @returns gives the place back; to be called once
   * @throws the reason of `ending`
   */
  async enter(request: PlaceRequest, ending: LazyAbort): Promise<() => void> {
    const { random, self } = this.#env
    const { fence, group, job, runId } = request
    const run: GroupRun = { id: random.id(), job, runId, fence, instance: self.instance }
    const leave = (): void => this.#leave(group, run.id)
    this.#mine.add(run.id)
    try {
      await orAbort(this.#wait(request, run, ending.signal), ending)
      return leave
    } catch (error) {
      leave()
      throw error
    }
  }

  /** Resolves once every place given back so far is free in the bucket. */
  async drain(): Promise<void> {
    await Promise.all(this.#leaving)
  }

  /** Gives up what is not written by now: other processes find the runs over by the records of their jobs. */
  async close(): Promise<void> {
    this.#closed.abort('closed')
    await this.#ledger?.close({ signal: this.#closed.signal })
  }

  get #places(): GroupLedger {
    this.#ledger ??= openGroupPages(this.#env, this.#env.self.instance)
    return this.#ledger
  }

  async #wait({ group, limit }: PlaceRequest, run: GroupRun, signal: AbortSignal): Promise<void> {
    const { clock } = this.#env
    const since = clock.monotonic()
    let checkAt = -Infinity
    for (;;) {
      signal.throwIfAborted()
      const waitedMs = clock.monotonic() - since
      try {
        const before = await this.#before(group, run, signal)
        if (before !== undefined && before.length < limit) return
        if (before !== undefined && clock.monotonic() >= checkAt) {
          await this.#check(group, before, signal)
          checkAt = clock.monotonic() + within(CHECK, waitedMs)
          // A run that was found over has made room.
          if ((runsBefore(this.#known(group), run.id)?.length ?? limit) < limit) return
        }
      } catch (error) {
        signal.throwIfAborted()
        this.#report(group, run.job, error)
      }
      await clock.sleep(within(LOOK, waitedMs), signal)
    }
  }

  /** The runs before this run in the list, which the run enters if need be; `undefined` when that is not known. */
  async #before(group: string, run: GroupRun, signal: AbortSignal): Promise<readonly GroupRun[] | undefined> {
    const places = this.#places
    const known = runsBefore(this.#known(group), run.id)
    if (known !== undefined) {
      await places.look([places.pageOf(group)])
      const before = runsBefore(this.#known(group), run.id)
      if (before !== undefined) return before
    }
    // After the end of the wait the run leaves the list, and must not come into it again.
    signal.throwIfAborted()
    const come = (record: GroupRecord | undefined): Decision<'here'> => {
      const next = arrive(record, run)
      return next === undefined ? { do: 'refuse', reason: 'here' } : { do: 'write', record: next }
    }
    const answer = await places.change<undefined, 'here'>(group, come, { signal })
    if (answer.outcome === 'unreadable') {
      // A hand may mend the record.
      await places.look([places.pageOf(group)])
      throw new SchedulerError(`the places of group '${group}' can't be read: ${answer.problem}`, {
        code: 'INVALID_RECORD',
        context: { group },
      })
    }
    return runsBefore(answer.outcome === 'written' ? answer.record : this.#known(group), run.id)
  }

  /** Takes the runs out of the list that have no place any more. */
  async #check(group: string, before: readonly GroupRun[], signal: AbortSignal): Promise<void> {
    const over = new Set<string>()
    for (const run of before) {
      const isHere = run.instance === this.#env.self.instance
      if (isHere ? !this.#mine.has(run.id) : await this.#isOver(group, run, signal)) over.add(run.id)
    }
    if (over.size > 0) await this.#remove(group, over)
  }

  /** A run whose job's record can't be read keeps its place. */
  async #isOver(group: string, run: GroupRun, signal: AbortSignal): Promise<boolean> {
    const { records, resolve } = this.#deps
    try {
      records.invalidate(run.job)
      const record = await records.load(run.job, signal)
      if (record === undefined || !holdsPlace(run, record)) return true
      await resolve(run.job, record)
      return !holdsPlace(run, await records.load(run.job, signal))
    } catch (error) {
      signal.throwIfAborted()
      this.#report(group, run.job, error)
      return false
    }
  }

  #leave(group: string, id: string): void {
    this.#mine.delete(id)
    const leaving: Promise<void> = this.#remove(group, new Set([id]))
      .catch((error: unknown) => {
        this.#env.logger.warn(`a place of group '${group}' could not be given back: other processes find out`, {
          error,
        })
      })
      .finally(() => this.#leaving.delete(leaving))
    this.#leaving.add(leaving)
  }

  async #remove(group: string, ids: ReadonlySet<string>): Promise<void> {
    await this.#places.change<undefined, 'gone'>(group, (record): Decision<'gone'> => {
      const next = depart(record, ids)
      if (next === undefined) return { do: 'refuse', reason: 'gone' }
      return next.runs.length === 0 ? { do: 'remove' } : { do: 'write', record: next }
    })
  }

  #known(group: string): GroupRecord | undefined {
    const places = this.#places
    const read = places.knownPage(places.pageOf(group))?.read(group)
    return read?.outcome === 'read' ? read.record : undefined
  }

  #report(group: string, jobName: string, error: unknown): void {
    const { events, logger } = this.#env
    logger.error(`a run of job '${jobName}' waits for a place in group '${group}': ${messageOf(error)}`, { error })
    events.announce('error', { error, jobName })
  }
}

function within({ leastMs, mostMs, share }: typeof LOOK, waitedMs: number): number {
  return Math.min(mostMs, Math.max(leastMs, share * waitedMs))
}

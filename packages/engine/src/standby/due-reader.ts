import { mapParallel, type Clock } from '@s3sched/kernel'
import type { RecordCache } from '@s3sched/jobs'
import type { EngineEnv } from '../engine-env.ts'
import type { EngineOptions } from '../engine-options.ts'
import type { RecordSightings } from '../runs/record-sightings.ts'
import { decideReading, isSuspect } from './decide-look.ts'

export interface DueReaderDeps {
  readonly records: Pick<RecordCache, 'invalidate' | 'list' | 'load' | 'size' | 'versionOf'>
  readonly sightings: RecordSightings
  /** The ms until no other instance works on a run of the job any more; `undefined` when unknown. */
  readonly othersOverInMs: (name: string) => number | undefined
}

/** Records read at a time. */
const AT_ONCE = 32

/** Reads the records of due jobs, as `decide-look.ts` decides. */
export class DueReader {
  readonly #clock: Clock
  readonly #deps: DueReaderDeps
  readonly #claimAheadMs: number
  /** Overdue jobs that wait only for the end of a run elsewhere, at a known instant. */
  readonly #held = new Set<string>()

  /** @param claimAhead - time before its instant from which a leader may claim a tick, in ms */
  constructor(
    { serverClock }: Pick<EngineEnv, 'serverClock'>,
    deps: DueReaderDeps,
    { claimAhead }: Pick<EngineOptions, 'claimAhead'>,
  ) {
    this.#clock = serverClock.ticking()
    this.#deps = deps
    this.#claimAheadMs = claimAhead
  }

  /** The job waits for the end of a run elsewhere. */
  hold(name: string): void {
    this.#held.add(name)
  }

  forget(): void {
    this.#held.clear()
  }

  /**
   * The jobs that may be unclaimed, with their records as of now, or as of the last look while others had the runs: 1
   * GET for each job, or a LIST of all jobs and a GET for each suspect.
   * @throws StoreError
   */
  async suspects(due: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
    const { records, othersOverInMs, sightings } = this.#deps
    const isFree = (name: string): boolean => this.#held.delete(name) && othersOverInMs(name) === 0
    const { by, free, unsure } = decideReading(due, isFree, records.size)
    const suspects = by === 'list' ? await this.#listed(unsure, signal) : unsure
    if (by === 'read') for (const name of unsure) records.invalidate(name)
    await mapParallel(suspects, AT_ONCE, (name) => records.load(name, signal))
    for (const name of suspects) {
      const version = records.versionOf(name)
      if (version !== undefined) sightings.see(name, version)
    }
    return [...free, ...suspects]
  }

  async #listed(due: readonly string[], signal: AbortSignal): Promise<string[]> {
    const { records, sightings } = this.#deps
    const { changed } = await records.list(signal)
    const changedByName = new Map(changed.map((change) => [change.name, change]))
    const now = this.#clock.now()
    return due.filter((name) => {
      const change = changedByName.get(name)
      if (change === undefined) return isSuspect('same', now, this.#claimAheadMs)
      const isSeen = sightings.see(name, change.etag)
      return isSuspect({ lastModified: change.lastModified, isSeen }, now, this.#claimAheadMs)
    })
  }
}

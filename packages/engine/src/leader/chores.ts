import type { Bucket } from '../bucket.ts'
import type { EngineEnv } from '../engine-env.ts'
import { Archiver } from './archiver.ts'
import { CleanUp, type CleanUpDeps } from './clean-up.ts'
import type { Chore } from './insist.ts'

/** Pause before a failed clean-up is tried again, in ms. */
const CLEAN_UP_AGAIN_MS = 60_000
/** Time from a promotion to the first look for old outcomes in pages, and the interval of later looks, in ms. */
const FIRST_FLUSH_MS = 300_000
const FLUSH_MS = 3_600_000
/** The same for the looks for new segments. The first comes after the first flush. */
const FIRST_ARCHIVE_MS = 480_000

/** The chores of a term beside its jobs: old outcomes leave the pages, then the segments, then the bucket. */
export class Chores {
  readonly #flusher: Bucket['flusher']
  readonly #archiver: Archiver
  readonly cleanUp: CleanUp

  constructor(env: EngineEnv, deps: Omit<CleanUpDeps, 'archiver'>, cleanupInterval: number) {
    this.#flusher = deps.bucket.flusher
    this.#archiver = new Archiver(env, deps.bucket)
    this.cleanUp = new CleanUp(env, { ...deps, archiver: this.#archiver }, cleanupInterval)
  }

  /** The chores for the jobs of a term. */
  ofJobs(owns: (jobName: string) => boolean): readonly Chore[] {
    const flush: Chore = {
      firstMs: FIRST_FLUSH_MS,
      afterTroubleMs: FLUSH_MS,
      // A page with few runs never gets large enough to be flushed by its next commit.
      work: async () => {
        await this.#flusher.flushOld((page) => [...page.keys()].some(owns))
        return FLUSH_MS
      },
    }
    return [flush]
  }

  /** The chores for the whole bucket. */
  ofBucket(): readonly Chore[] {
    const archive: Chore = {
      firstMs: FIRST_ARCHIVE_MS,
      afterTroubleMs: CLEAN_UP_AGAIN_MS,
      work: (signal) => this.#archiver.look(signal),
    }
    const cleanUp: Chore = {
      firstMs: 0,
      afterTroubleMs: CLEAN_UP_AGAIN_MS,
      work: (signal) => this.cleanUp.doIfDue(signal),
    }
    return [archive, cleanUp]
  }
}

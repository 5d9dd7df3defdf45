import { effectiveSpec, type JobRecord, type OpenRun } from '@s3sched/jobs'
import type { EndedRun } from './ended-run.ts'

/** The stay of a run in the process. A run may have several: a released run may be taken over in the same process. */
export interface InHand {
  /** Of the claim. */
  readonly fence: number
  /** The end of the stay. */
  readonly ended: Promise<EndedRun>
}

/**
 * The runs in the hands of the process: a run is being claimed, waits or executes, or its end is being written.
 *
 * The id of a run alone does not tell who has the run. A takeover keeps the id, so two processes may try to take the same
 * run over, and only the record tells which process succeeded. Until then the released run is in the way of new runs
 * here, as everywhere.
 */
export class RunsInHand {
  readonly #instance: string
  readonly #open = new Map<string, InHand>()
  /** Runs that are being claimed, with the number of tries: a landed claim is not in `#open` until {@link enter}. */
  readonly #held = new Map<string, number>()

  /** @param instance - of this process */
  constructor(instance: string) {
    this.#instance = instance
  }

  /** Marks a run as here before its claim or takeover. @returns the call of {@link drop}, to be called once */
  hold(runId: string): () => void {
    this.#held.set(runId, this.#triesOf(runId) + 1)
    return () => this.drop(runId)
  }

  /** Ends one mark of {@link hold}. */
  drop(runId: string): void {
    const left = this.#triesOf(runId) - 1
    if (left > 0) this.#held.set(runId, left)
    else this.#held.delete(runId)
  }

  /** Takes a run in hand until {@link leave} with the same `stay`, instead of the marks of {@link hold}. */
  enter(runId: string, stay: InHand): void {
    this.#open.set(runId, stay)
    this.#held.delete(runId)
  }

  /** Called right before the end of the stay is told, so that all who wait for it find the run gone. */
  leave(runId: string, stay: InHand): void {
    if (this.#open.get(runId) === stay) this.#open.delete(runId)
  }

  /** True while a run is being claimed, and is not in hand yet. */
  isComing(runId: string): boolean {
    return this.#held.has(runId) && !this.#open.has(runId)
  }

  /** @param run - as the record names the run */
  has({ fence, instance, retry, runId }: Pick<OpenRun, 'fence' | 'instance' | 'retry' | 'runId'>): boolean {
    const stay = this.#open.get(runId)
    // A page that was deleted may come back with an earlier claim of the run.
    if (stay !== undefined && stay.fence > fence) return true
    const isMine = instance === this.#instance && retry?.released !== true
    return isMine && (stay !== undefined || this.#held.has(runId))
  }

  /** The number of runs in hand, from the first try of a claim on. */
  get count(): number {
    return this.#open.size + this.#held.size
  }

  /** The ends of all runs that wait or execute here. */
  get ends(): readonly Promise<EndedRun>[] {
    return [...this.#open.values()].map(({ ended }) => ended)
  }

  /** The open runs that this process does not have in hand. */
  foreign(record: JobRecord): OpenRun[] {
    return record.running.filter((run) => !this.has(run))
  }

  hasForeign({ running }: Pick<JobRecord, 'running'>): boolean {
    for (const run of running) if (!this.has(run)) return true
    return false
  }

  /** True if a run in another process, as far as known, is in the way of a new run. */
  isBlocked(record: JobRecord): boolean {
    return effectiveSpec(record).overlap !== 'allow' && this.hasForeign(record)
  }

  #triesOf(runId: string): number {
    return this.#held.get(runId) ?? 0
  }
}

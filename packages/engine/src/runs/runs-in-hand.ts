import { effectiveSpec, type JobRecord, type OpenRun } from '@s3sched/jobs'
import type { EndedRun } from './ended-run.ts'

/** The runs in the hands of the process: a run is being claimed, waits or executes, or its end is being written. */
export class RunsInHand {
  readonly #open = new Map<string, Promise<EndedRun>>()
  /** Runs that are being claimed: a landed claim is not in `#open` until {@link enter}. */
  readonly #held = new Set<string>()

  /** Marks a run as here before its claim or takeover. @returns ends the mark */
  hold(runId: string): () => void {
    this.#held.add(runId)
    return () => this.#held.delete(runId)
  }

  /** Takes a run in hand until its end, instead of the mark of {@link hold}. */
  enter(runId: string, ending: Promise<EndedRun>): Promise<EndedRun> {
    const ended = ending.finally(() => this.#open.delete(runId))
    this.#open.set(runId, ended)
    this.#held.delete(runId)
    return ended
  }

  has(runId: string): boolean {
    return this.#open.has(runId) || this.#held.has(runId)
  }

  /** The ends of all runs that wait or execute here. */
  get ends(): readonly Promise<EndedRun>[] {
    return [...this.#open.values()]
  }

  /** The open runs that this process does not have in hand. */
  foreign(record: JobRecord): OpenRun[] {
    return record.running.filter(({ runId }) => !this.has(runId))
  }

  /** True if a run in another process, as far as known, is in the way of a new run. */
  isBlocked(record: JobRecord): boolean {
    return effectiveSpec(record).overlap !== 'allow' && this.foreign(record).length > 0
  }
}

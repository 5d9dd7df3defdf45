import { effectiveSpec, type JobRecord, type OpenRun, type RecordedRuns } from '@s3sched/jobs'
import type { EndedRun } from './ended-run.ts'

/** The runs in the hands of the process: a run is being claimed, waits or executes, or the record is under way. */
export class RunsInHand {
  readonly #recorded: RecordedRuns
  readonly #open = new Map<string, Promise<EndedRun>>()
  /** Runs that are being claimed: a landed claim is not in `#open` until {@link enter}. */
  readonly #held = new Set<string>()

  /** @param recorded - the runs that are known to have ended, in any process */
  constructor(recorded: RecordedRuns) {
    this.#recorded = recorded
  }

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

  /** The named runs that this process neither has in hand nor has seen end. */
  foreign(name: string, record: JobRecord): OpenRun[] {
    const recorded = this.#recorded.of(name)
    return record.running.filter((run) => run.verdict === null && !this.has(run.runId) && !recorded.has(run.runId))
  }

  /** True if a run in another process, as far as known, is in the way of a new run. */
  isBlocked(name: string, record: JobRecord): boolean {
    return effectiveSpec(record).overlap !== 'allow' && this.foreign(name, record).length > 0
  }
}

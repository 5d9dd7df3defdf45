/**
 * A run, from claim to end: **claim** (a write of the job's record), **run** (the executor), **end** (a write of the
 * record and the history together). Writes of many jobs go into one request.
 *
 * A run starts only on a claim that is known to be written. The authority is checked again between claim and start, and
 * between attempts; when the authority ends, a running attempt is aborted.
 *
 * A run told to end while waiting for its first or next attempt (a stop, a lost lease) has no end: the job's record says
 * that the run was released, and the next leader goes on with the run.
 *
 * | file | part of a run's way |
 * |---|---|
 * | `run-claims.ts` | the claim |
 * | `runs-in-hand.ts` | the runs of this process, from claim to end |
 * | `run-execution.ts` | one run: `run-tenure.ts` is the right to work on the run, `run-attempts.ts` calls the action, `run-ends.ts` writes the end |
 * | `kept-runs.ts` | an attempt that goes on while its shard is handed over |
 * | `run-outcomes.ts` | the history's share of an end |
 */
import type { DueStarts } from '../pace/due-starts.ts'
import type { Authority } from './authority.ts'
import type { EndedRun } from './ended-run.ts'
import type { KeptRuns } from './kept-runs.ts'
import type { RunClaims } from './run-claims.ts'
import type { RunExecution, RunStay } from './run-execution.ts'
import type { RunEnds } from './run-ends.ts'
import type { RunStart } from './run-start.ts'
import type { InHand, RunsInHand } from './runs-in-hand.ts'

export interface RunParts {
  readonly claims: RunClaims
  readonly execution: RunExecution
  readonly ends: Pick<RunEnds, 'drain' | 'hurry'>
  readonly inHand: RunsInHand
  readonly kept: KeptRuns
  readonly starts: DueStarts
  readonly on: RunServiceEvents
  /** Aborted when unwritten records are given up. */
  readonly giveUp: { abort(): void }
}

/** Must not throw. */
export interface RunServiceEvents {
  /** A run was handed over, and is not in the hands of this process any more. */
  readonly released: (jobName: string) => void
  /** A run could not be brought to its end. */
  readonly failed: (start: RunStart, error: unknown) => void
}

const NOTHING = (): void => undefined

type StayHost = Pick<RunParts, 'inHand' | 'on'>

/** A run in the hands of this process. Most ends are awaited by nobody: their promise is made for whoever asks. */
class Stay implements RunStay, InHand {
  readonly #host: StayHost
  readonly #start: RunStart
  #ended: Promise<EndedRun> | undefined
  #resolve: (ended: EndedRun) => void = NOTHING
  #reject: (error: unknown) => void = NOTHING
  #end: { readonly ended: EndedRun } | { readonly error: unknown } | undefined

  constructor(host: StayHost, start: RunStart) {
    this.#host = host
    this.#start = start
  }

  get fence(): number {
    return this.#start.run.fence
  }

  get ended(): Promise<EndedRun> {
    if (this.#ended !== undefined) return this.#ended
    this.#ended = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    // A failure is reported.
    this.#ended.catch(NOTHING)
    this.#settle()
    return this.#ended
  }

  #settle(): void {
    if (this.#end === undefined) return
    if ('error' in this.#end) this.#reject(this.#end.error)
    else this.#resolve(this.#end.ended)
  }

  over(ended: EndedRun): void {
    const { job, run } = this.#start
    this.#host.inHand.leave(run.runId, this)
    if (ended === undefined) this.#host.on.released(job.name)
    this.#end = { ended }
    this.#settle()
  }

  failed(error: unknown): void {
    this.#host.inHand.leave(this.#start.run.runId, this)
    this.#host.on.failed(this.#start, error)
    this.#end = { error }
    this.#settle()
  }
}

/** All runs of this process. */
export class RunService {
  readonly claims: RunClaims
  readonly inHand: RunsInHand
  readonly #parts: RunParts

  constructor(parts: RunParts) {
    this.claims = parts.claims
    this.inHand = parts.inHand
    this.#parts = parts
  }

  /** Executes a claimed run, or goes on after the failed attempt that the run carries, and writes the end. */
  execute(start: RunStart): InHand {
    const stay = new Stay(this.#parts, start)
    this.inHand.enter(start.run.runId, stay)
    this.#parts.execution.begin(start, stay)
    const { onRun } = start.authority
    if (onRun !== undefined) onRun(stay.ended)
    return stay
  }

  /**
   * From now on only runs that are already claimed start here, and only if due within `patienceMs`; the others are
   * handed over. Resolves when no run waits any more. Executing runs go on.
   */
  close(patienceMs: number): Promise<void> {
    this.#parts.ends.hurry()
    return this.#parts.starts.close(patienceMs)
  }

  /**
   * Keeps the executing runs of an authority after a voluntary end. A run still waiting for its instant starts first if
   * due within `patienceMs`, and is released otherwise. All other runs end with the authority.
   */
  async keep(authority: Authority, patienceMs: number): Promise<void> {
    await this.#parts.starts.settle(authority, patienceMs)
    await this.#parts.kept.keep(authority)
  }

  /** Writes the ends that wait for other writes. Resolves when all ends known by now are written. */
  endsWritten(): Promise<void> {
    return this.#parts.ends.drain()
  }

  /** From now on a run whose end can't be written at once is given up, and will count as lost. */
  abandonRecords(): void {
    this.#parts.giveUp.abort()
  }
}

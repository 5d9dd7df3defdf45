import type { RunRecord, RunStatus } from '../../src/index.ts'
import { retentionClassOf } from '../../src/retention.ts'
import { rankOf } from '../../src/run-status.ts'

interface KnownRun {
  readonly scheduledTime: number
  readonly offered: Set<RunStatus>
  /** The answered outcomes, and when the answer came. */
  readonly kept: Map<RunStatus, number>
}

/** Compares what a reader shows with what writers were told. */
export class RunChecker {
  readonly problems: string[] = []
  /** Number of runs that a reader had to show, over all looks. */
  checked = 0
  readonly #runs = new Map<string, KnownRun>()
  readonly #retention: { readonly maxAgeMs: number; readonly failedMaxAgeMs: number }

  constructor(retention: { readonly maxAgeMs: number; readonly failedMaxAgeMs: number }) {
    this.#retention = retention
  }

  /** A writer begins to append an outcome. */
  offer({ runId, scheduledTime, status }: RunRecord): void {
    const known = this.#runs.get(runId) ?? { scheduledTime, offered: new Set(), kept: new Map() }
    known.offered.add(status)
    this.#runs.set(runId, known)
  }

  /** The writer was told that the page holds the outcome. */
  keep({ runId, status }: RunRecord, now: number): void {
    this.#runs.get(runId)?.kept.set(status, now)
  }

  /** The runs that a reader must show if the reader begins now: to be taken before a look, and checked after it. */
  expectations(now: number): ReadonlyMap<string, number> {
    const expected = new Map<string, number>()
    for (const [runId, { kept, offered, scheduledTime }] of this.#runs) {
      const [best] = [...kept].toSorted(([a], [b]) => rankOf(b) - rankOf(a))
      if (best === undefined) continue
      const { failedMaxAgeMs, maxAgeMs } = this.#retention
      // A better outcome without an answer may be in the page, and its class decides then.
      const possible = [...offered].filter((status) => rankOf(status) >= rankOf(best[0]))
      const limit = Math.min(
        ...possible.map((status) => (retentionClassOf(status) === 'fine' ? maxAgeMs : failedMaxAgeMs)),
      )
      // A look takes a while, and so does the answer to a write that the store has dated before.
      const isYoung = now - Math.max(scheduledTime, best[1]) < limit - 120_000
      expected.set(runId, isYoung ? rankOf(best[0]) : -1 - rankOf(best[0]))
    }
    return expected
  }

  check(expected: ReadonlyMap<string, number>, shown: readonly RunRecord[]): void {
    const seen = new Map<string, RunRecord>()
    for (const run of shown) {
      if (seen.has(run.runId)) this.problems.push(`${run.runId} is shown twice`)
      seen.set(run.runId, run)
      if (this.#runs.get(run.runId)?.offered.has(run.status) !== true)
        this.problems.push(`${run.runId} is shown as ${run.status}, which nobody wrote`)
    }
    for (const [runId, rank] of expected) {
      const run = seen.get(runId)
      this.checked += 1
      if (run === undefined && rank >= 0) this.problems.push(`${runId} is missing`)
      const known = rank >= 0 ? rank : -1 - rank
      if (run !== undefined && rankOf(run.status) < known)
        this.problems.push(`${runId} is shown as ${run.status}, although more was known`)
    }
  }
}

import { TRIGGERS, type RunRecord, type Trigger } from '@s3sched/history'
import type { JobRecord, OpenRun } from '@s3sched/jobs'

/** The evidence of a run about a tick, the strongest first. */
export const FATES = ['ran', 'lost', 'skipped', 'missed'] as const

export type Fate = (typeof FATES)[number]

/** Several runs of a tick called the action, and none of these runs was replaced as lost. */
const TWICE = 1 << FATES.length
const BITS: Readonly<Record<Fate, number>> = { ran: 1, lost: 2, skipped: 4, missed: 8 }
/** The action was called by a run that was never declared lost. */
const ONCE = TWICE << 1

/** A range of ticks, from the first to the last. */
export interface TickRange {
  readonly from: number
  readonly to: number
}

/** The parts of a job's record that tell which runs the record counts. */
export type CountingRecord = Pick<JobRecord, 'fence' | 'lastTick'> & {
  readonly running: readonly Pick<OpenRun, 'runId'>[]
}

/**
 * The evidence of a job's runs about its ticks, in some bytes a run: the runs themselves are not kept, since a job with a
 * tick every second has millions of runs. The runs come as the history gives them: the newest tick first, each run once.
 */
export class RunEvidence {
  readonly #record: CountingRecord
  readonly #open: ReadonlySet<string>
  /** The ticks with runs, the newest first, and the bits of their runs. */
  readonly #ticks: number[] = []
  readonly #bits: number[] = []
  readonly #startedAt: Record<Trigger, number[]>
  readonly #missed: TickRange[] = []
  #counted = 0

  /** @param record - read before the runs */
  constructor(record: CountingRecord) {
    this.#record = record
    this.#open = new Set(record.running.map(({ runId }) => runId))
    this.#startedAt = Object.fromEntries(TRIGGERS.map((trigger) => [trigger, []])) as unknown as Record<
      Trigger,
      number[]
    >
  }

  /** The number of ticks and other starts that both the record and the history count. */
  get counted(): number {
    return this.#counted
  }

  /** The ranges of several missed ticks. */
  get missed(): readonly TickRange[] {
    return this.#missed
  }

  add(run: RunRecord): void {
    if (!this.#isLater(run)) this.#counted += run.count ?? 1
    if (run.trigger === 'schedule' || run.trigger === 'backfill') this.#addTick(run)
    if (run.trigger !== 'schedule') this.#startedAt[run.trigger].push(run.scheduledTime)
  }

  /** The number of runs with this trigger after `from` and up to `until`. */
  startedWithin(trigger: Trigger, from: number, until: number): number {
    return this.#startedAt[trigger].filter((at) => at > from && at <= until).length
  }

  /** Answers for ticks that are asked for in rising order. */
  reader(): EvidenceReader {
    let at = this.#ticks.length - 1
    return (tick) => {
      while (at >= 0 && (this.#ticks[at] ?? 0) < tick) at -= 1
      const bits = at >= 0 && this.#ticks[at] === tick ? (this.#bits[at] ?? 0) : 0
      return { fate: FATES.find((fate) => (bits & BITS[fate]) !== 0), isDoubled: (bits & TWICE) !== 0 }
    }
  }

  #addTick(run: RunRecord): void {
    const { from = run.scheduledTime, scheduledTime, status, to = run.scheduledTime } = run
    if (status === 'missed' && from < to) this.#missed.push({ from, to })
    const fate = fateOf(run)
    // A run that was declared lost may have been replaced by another run of the tick.
    const once = fate === 'ran' && run.wasLost !== true ? ONCE : 0
    const last = this.#ticks.length - 1
    if (this.#ticks[last] === scheduledTime) {
      const before = this.#bits[last] ?? 0
      const twice = once !== 0 && (before & ONCE) !== 0 ? TWICE : 0
      this.#bits[last] = before | BITS[fate] | once | twice
    } else {
      this.#ticks.push(scheduledTime)
      this.#bits.push(BITS[fate] | once)
    }
  }

  /** The history is read after the record, and has more runs by then. */
  #isLater({ fence = 0, runId, scheduledTime, trigger }: RunRecord): boolean {
    const { fence: lastFence, lastTick } = this.#record
    if (fence > lastFence || this.#open.has(runId)) return true
    return trigger === 'schedule' && scheduledTime > (lastTick ?? -Infinity)
  }
}

export type EvidenceReader = (tick: number) => {
  /** The strongest fate; `undefined` for a tick without a run. */
  readonly fate: Fate | undefined
  readonly isDoubled: boolean
}

function fateOf({ attempts, status }: RunRecord): Fate {
  if (status === 'skipped' || status === 'missed' || status === 'lost') return status
  return status === 'cancelled' && attempts.length === 0 ? 'skipped' : 'ran'
}

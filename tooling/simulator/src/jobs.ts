import type { Random } from '@s3sched/kernel'

/** The expression of all drawn exclusions: every third minute. */
const EXCLUDED_MINUTES = '*/3 * * * *'

/** A job of the simulation, in all versions of the code: its definition, and the behaviour of its action. */
export interface SimulatedJob {
  readonly name: string
  /** Ticks are the multiples of the period, epoch ms; `undefined` for a job without a schedule. */
  readonly periodMs: number | undefined
  /** As `*\/n * * * * *` and not as `{ every }`. */
  readonly asCron: boolean
  readonly overlap: 'skip' | 'queue' | 'allow' | 'cancel'
  readonly catchUp: 'none' | 'latest' | 'all'
  readonly onLost: 'record' | 'retry'
  readonly retries: number
  readonly backoffMs: number
  readonly jitterMs: number
  readonly after: readonly string[]
  readonly runOnStart: boolean
  /** Mean duration of the action without long attempts, ms. */
  readonly tookMs: number
  /** Some attempts take much longer. */
  readonly isErratic: boolean
  /** Chance of failure of an attempt, 0 to 1. */
  readonly fails: number
  /** The first version of the code with this job. */
  readonly sinceVersion: number
  /** From this version on, the period is twice as long. */
  readonly slowerFrom: number
  /** The action blocks the event loop of its process for this long, ms. @default 0 */
  readonly blocksMs?: number
  /** Bounds and exclusions of the schedule; instants are epoch ms. @default none */
  readonly rules?: {
    readonly from?: number
    readonly until?: number
    /** Every third minute is excluded. */
    readonly hasExclusion?: boolean
    readonly maxRuns?: number
  }
  readonly group?: string
  readonly groupLimit?: number | { readonly fleet: number }
  /** Failures in a row that pause the job. @default none */
  readonly pauseAfter?: number
  /** Length of the job's description: long descriptions make pages split among few jobs. @default none */
  readonly descriptionChars?: number
  /** Length of the action's result and log: long ones make pages flush their outcomes. @default that of an id */
  readonly resultChars?: number
}

const PERIODS = [2000, 4000, 5000, 10_000, 20_000]

export function drawJobs(random: Random): SimulatedJob[] {
  const pick = <T>(...choices: readonly T[]): T => choices[Math.floor(random.float() * choices.length)] as T
  const count = 2 + Math.floor(random.float() * 3)
  return Array.from({ length: count }, (_, index): SimulatedJob => {
    const isChained = index > 0 && random.float() < 0.2
    const periodMs = isChained ? undefined : (PERIODS[Math.floor(random.float() * PERIODS.length)] ?? 10_000)
    return {
      name: `job-${index}`,
      periodMs,
      asCron: random.float() < 0.5,
      overlap: pick('skip', 'skip', 'queue', 'allow', 'cancel'),
      catchUp: pick('none', 'latest', 'all'),
      onLost: pick('record', 'record', 'retry'),
      retries: pick(0, 0, 2),
      backoffMs: pick(500, 4000, 12_000),
      jitterMs: pick(0, 0, 0, 1500),
      after: isChained ? ['job-0'] : [],
      runOnStart: random.float() < 0.1,
      tookMs: pick(0, 300, 2000, 9000),
      isErratic: true,
      fails: pick(0, 0.1, 0.4),
      // Every version has the first job, because chained jobs come after the first job.
      sinceVersion: index === 0 ? 0 : pick(0, 0, 0, 1),
      slowerFrom: pick(Infinity, Infinity, 1, 2),
    }
  })
}

/** The definition of a job in a version of the code, without the action; `undefined` where the version lacks the job. */
export function definitionOf(job: SimulatedJob, version: number): Readonly<Record<string, unknown>> | undefined {
  if (version < job.sinceVersion) return undefined
  const {
    asCron,
    backoffMs,
    descriptionChars = 0,
    resultChars: _____,
    blocksMs: ______,
    name: _name,
    pauseAfter,
    periodMs,
    rules: { hasExclusion = false, ...rules } = {},
    slowerFrom,
    sinceVersion: _,
    tookMs: __,
    isErratic: ____,
    fails: ___,
    ...plain
  } = job
  return {
    ...plain,
    schedule: periodMs === undefined ? null : scheduleOf(version >= slowerFrom ? 2 * periodMs : periodMs, asCron),
    backoff: { type: 'fixed', baseMs: backoffMs },
    timeout: 30_000,
    ...rules,
    ...(hasExclusion ? { exclude: EXCLUDED_MINUTES } : {}),
    ...(pauseAfter === undefined ? {} : { pauseAfterFailures: pauseAfter }),
    ...(descriptionChars === 0 ? {} : { description: 'd'.repeat(descriptionChars) }),
  }
}

export function scheduleOf(periodMs: number, asCron: boolean): unknown {
  const seconds = periodMs / 1000
  return asCron && 60 % seconds === 0 ? `*/${seconds} * * * * *` : { every: periodMs }
}

/** The period of a schedule read from the bucket; `undefined` without a schedule. */
export function periodOf(schedule: unknown): number | undefined {
  if (schedule === null) return undefined
  if (typeof schedule === 'string') return Number(/^\*\/(\d+) /.exec(schedule)?.[1]) * 1000
  return Number((schedule as { every: unknown }).every)
}

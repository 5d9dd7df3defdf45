/**
 * A trait sets a seed apart from a plain fleet by the configuration of the instances, or by further faults. Traits have
 * their own sequence of chances, so that a seed without a trait keeps the same plan when another trait is added.
 */
import { createSeededRandom } from '@s3sched/kernel/testing'
import { withExtras } from './extras.ts'
import type { SimulatedJob } from './jobs.ts'
import { OPERATIONS, type Fault, type Machine, type Plan, type WriteKind } from './plan-form.ts'
import { DRAWN, PASSES_KEEP_WORKER_ID, type Trait } from './switches.ts'
import { START } from './world.ts'

/** Percentage of seeds with each trait. */
const SHARES: Readonly<Record<Trait, number>> = {
  retention: 14,
  'no-history': 7,
  heartbeats: 9,
  'one-worker-id': 7,
  'run-due': 9,
  deletions: 7,
  idle: 6,
  crowd: 12,
  results: 10,
  archive: 6,
  'slow-store': 9,
  backfill: 4,
}

const MINUTE_MS = 60_000
/** Largest error of a clock in seeds with deletions, ms. */
const DELETION_SKEW_MS = 500
const DAY_MS = 86_400_000
/** A time without faults, with a search for old records that deletes records older than a minute, ms. */
const QUIET_MS = 150_000
/** A rest over midnight: afterwards the runs before it are of a day that is over, ms. */
const NIGHT_MS = 18 * MINUTE_MS
/** Longer than outcomes are collected in their page, and than segments are kept once they are archived, ms. */
const BREAK_MS = 11 * MINUTE_MS
/** Longer than the night, so that the outcomes before it are archived; shorter than the rest after it, ms. */
const ARCHIVED_MS = 30 * MINUTE_MS
const LONG_BREAK_MS = 33 * MINUTE_MS
/** A fleet back from a rest has looked for old records within this time, ms. */
const BACK_MS = 90_000
/** Each way of a request to a slow store takes so long, ms: longer than some runs and leases. */
const SLOW_MS = [100, 3000] as const
/** A process that starts meets the slow store within this time, ms. */
const SLOW_AGAIN_MS = 10_000

/** The longest result and log that lie in the record of their run: 64 such runs make a page flush its outcomes. */
const INLINE_CHARS = 1900
/** A page has room for some 32 jobs with such descriptions. */
const DESCRIPTION_CHARS = 4000
const CROWD = 40
/** A job that runs only on request. */
const QUIET: Omit<SimulatedJob, 'name' | 'sinceVersion'> = {
  periodMs: undefined,
  asCron: false,
  overlap: 'skip',
  catchUp: 'none',
  onLost: 'record',
  retries: 0,
  backoffMs: 500,
  jitterMs: 0,
  after: [],
  runOnStart: false,
  tookMs: 300,
  isErratic: false,
  fails: 0,
  slowerFrom: Infinity,
}

interface Chance {
  readonly float: () => number
}

/** The trait of a seed; `undefined` for none. */
function traitOf(seed: number): Trait | undefined {
  let roll = createSeededRandom(seed * 2_246_822_519 + 7).float() * 100
  for (const [trait, share] of Object.entries(SHARES) as [Trait, number][]) {
    roll -= share
    if (roll < 0) return trait
  }
  return undefined
}

/** The plan with the trait of its seed; the same plan for a seed without a drawn trait. */
export function withTrait(plan: Plan): Plan {
  const trait = traitOf(plan.seed)
  const changed =
    trait === undefined || !DRAWN[trait]
      ? plan
      : CHANGES[trait](plan, createSeededRandom(plan.seed * 3_266_489_917 + 11))
  return withExtras(changed, trait)
}

const CHANGES: Readonly<Record<Trait, (plan: Plan, random: Chance) => Plan>> = {
  /** Records are deleted while their jobs rest, and then the faults go on. Processes die between these deletions. */
  retention: (plan, random) => {
    const jobs = plan.jobs.map((job) => (random.float() < 0.6 ? rare(job, random) : job))
    const kept = { ...withGap(plan, QUIET_MS), retentionMs: MINUTE_MS, cleanupMs: MINUTE_MS, jobs }
    return withTraps(kept, ['deletion', 'deletion', 'segment'], random)
  },
  'no-history': (plan) => ({ ...plan, hasHistory: false }),
  heartbeats: (plan, random) => ({
    ...plan,
    machines: plan.machines.map((machine, index) =>
      index === 0 || random.float() < 0.5 ? { ...machine, heartbeatMs: 3 * plan.heartbeatMs } : machine,
    ),
  }),
  'one-worker-id': (plan) => ({
    ...plan,
    machines: plan.machines.map((machine, index) => (index < 2 ? { ...machine, workerId: 'shared' } : machine)),
  }),
  'run-due': (plan, random) => {
    const isEverywhere = random.float() < 0.4
    const due = (machine: Machine, index: number): Machine =>
      isEverywhere || index === plan.machines.length - 1
        ? {
            ...machine,
            keepsWorkerId: machine.keepsWorkerId && PASSES_KEEP_WORKER_ID,
            dueEveryMs: 3000 + random.float() * 12_000,
          }
        : machine
    return { ...plan, ...(isEverywhere ? { isLeaderless: true, shards: [1] } : {}), machines: plan.machines.map(due) }
  },
  /** Clocks are close: with clocks far apart, no instance knows the ticks claimed before the deletion of a record. */
  deletions: (plan, random) => {
    const steady = plan.faults.filter(({ kind }) => kind !== 'step')
    const machines = plan.machines.map((machine) => ({
      ...machine,
      rate: 1,
      skewMs: machine.skewMs % DELETION_SKEW_MS,
    }))
    const faults = Array.from({ length: 1 + Math.floor(random.float() * 3) }, (): Fault => {
      const at = 20_000 + random.float() * (plan.troubleMs - 30_000)
      return { at, machine: 0, kind: 'deleteObject', what: random.float() < 0.5 ? 'lease' : 'page' }
    })
    return { ...plan, machines, faults: [...steady, ...faults].toSorted((a, b) => a.at - b.at) }
  },
  /** The fleet stops, and comes back weeks later. */
  idle: (plan, random) => {
    const forMs = (33 + random.float() * 40) * DAY_MS
    const at = plan.troubleMs / 2
    const idle: Fault = { at, machine: 0, kind: 'idle', forMs }
    const { faults, troubleMs } = withGap(plan, forMs + BACK_MS)
    const jobs = plan.jobs.map((job): SimulatedJob => {
      const periodMs = job.periodMs === undefined ? undefined : 900 * job.periodMs
      return { ...job, periodMs, asCron: false, tookMs: Math.min(job.tookMs, 300), isErratic: false }
    })
    const ordered = [...faults, idle].toSorted((a, b) => a.at - b.at)
    return { ...plan, jobs, troubleMs, cleanupMs: MINUTE_MS, faults: ordered }
  },
  /** Each version of the code brings jobs that split pages, and all machines may start at the same time. */
  crowd: (plan, random) => {
    const deploys = [1, 2].map((third): Fault => {
      const at = (third * plan.troubleMs) / 3 + random.float() * MINUTE_MS
      return { at, machine: 0, kind: 'deploy', everyMs: random.float() ** 2 * 2000 }
    })
    const operations = Array.from({ length: 6 }, (): Fault => {
      const machine = Math.floor(random.float() * plan.machines.length)
      const kind = OPERATIONS[Math.floor(random.float() * OPERATIONS.length)] ?? 'runJob'
      const job = `extra-0-${Math.floor(random.float() * 8)}`
      return { at: 10_000 + random.float() * plan.troubleMs, machine, kind, job }
    })
    const faults = [...plan.faults, ...deploys, ...operations]
    const traps = ['draft', 'draft', 'note', 'commit'] as const
    return withTraps({ ...plan, jobs: crowd(plan, random), faults }, traps, random)
  },
  /**
   * Results and logs so long that outcomes move into segments, the most of them after a rest, or into objects of their
   * own.
   */
  results: (plan, random) => {
    const rested = withRests(plan, [BREAK_MS])
    const jobs = rested.jobs.map((job) => ({ ...job, resultChars: random.float() < 0.8 ? INLINE_CHARS : 4000 }))
    return withTraps({ ...rested, jobs }, ['segment', 'segment', 'commit'], random)
  },
  /**
   * The fleet rests over midnight, and its segments move into the archive afterwards; after a second rest the segments
   * go. In some fleets the retention is so short that the archived day goes, too. Processes die between the writes of all
   * this.
   */
  archive: (plan, random) => {
    const isShort = plan.seed % 2 === 0
    const rested = withRests(plan, [NIGHT_MS, isShort ? LONG_BREAK_MS : BREAK_MS])
    const jobs = rested.jobs.map((job) => ({ ...job, resultChars: INLINE_CHARS }))
    const kinds = ['segment', 'archive', 'archive', 'archive', 'deletion', 'deletion'] as const
    const startAt = START - plan.troubleMs / 2 - MINUTE_MS
    const trapped = withTraps({ ...rested, startAt, jobs, cleanupMs: MINUTE_MS }, kinds, random)
    return isShort ? { ...trapped, retentionMs: ARCHIVED_MS } : trapped
  },
  /**
   * Claims and ends take as long as the runs: leaders lose their leases all the time, and several instances claim, hand
   * over and take over at once.
   */
  'slow-store': (plan, random) => {
    const [minLatencyMs] = SLOW_MS
    const maxLatencyMs = SLOW_MS[1] * (0.3 + 0.7 * random.float())
    const slow: Fault[] = []
    for (let at = 0; at < plan.troubleMs; at += SLOW_AGAIN_MS) {
      for (const machine of plan.machines.keys()) {
        slow.push({ at, machine, kind: 'weather', faults: { minLatencyMs, maxLatencyMs }, forMs: SLOW_AGAIN_MS - 1 })
      }
    }
    const others = plan.faults.filter(({ kind }) => kind !== 'weather')
    return { ...plan, faults: [...others, ...slow].toSorted((a, b) => a.at - b.at) }
  },
  /** Backfills of the last minutes, over and over, in order or at once, some of them cancelled. */
  backfill: (plan, random) => {
    const faults = Array.from({ length: 8 }, (): Fault => {
      const machine = Math.floor(random.float() * plan.machines.length)
      const job = plan.jobs[Math.floor(random.float() * plan.jobs.length)]?.name ?? 'job-0'
      const kind = random.float() < 0.8 ? 'backfill' : 'cancelBackfill'
      return { at: 10_000 + random.float() * plan.troubleMs, machine, kind, job }
    }).map((fault): Fault =>
      fault.kind === 'backfill' && random.float() < 0.5 ? { ...fault, kind: 'backfillAtOnce' } : fault,
    )
    return { ...plan, faults: [...plan.faults, ...faults].toSorted((a, b) => a.at - b.at) }
  },
}

/** Further jobs, so large and so many that pages split: at the first start, and at each deployment. */
function crowd(plan: Plan, random: Chance): SimulatedJob[] {
  const jobs: SimulatedJob[] = []
  for (const [version, share] of [0.6, 0.5, 1].entries()) {
    const count = Math.round(share * (0.6 + 0.8 * random.float()) * CROWD)
    for (let index = 0; index < count; index++) {
      const name = `extra-${version}-${index}`
      jobs.push({ ...QUIET, name, sinceVersion: version, descriptionChars: DESCRIPTION_CHARS })
    }
  }
  return [...plan.jobs, ...jobs]
}

/** Faults right after a write: a process dies or stands still between two writes of a split or of a flush. */
export function withTraps(plan: Plan, kinds: readonly WriteKind[], random: Chance): Plan {
  const traps = Array.from({ length: 4 }, (): Fault => {
    const of = kinds[Math.floor(random.float() * kinds.length)] ?? 'commit'
    const at = random.float() * plan.troubleMs
    const machine = Math.floor(random.float() * plan.machines.length)
    const act = random.float() < 0.6 ? 'crash' : 'pause'
    return { at, machine, kind: 'atWrite', of, act, forMs: random.float() * 9 * plan.heartbeatMs }
  })
  return { ...plan, faults: [...plan.faults, ...traps].toSorted((a, b) => a.at - b.at) }
}

/** Puts a time without faults into the middle of the trouble. */
function withGap(plan: Plan, gapMs: number): Plan {
  const middle = plan.troubleMs / 2
  const faults = plan.faults.map((fault) => (fault.at < middle ? fault : { ...fault, at: fault.at + gapMs }))
  return { ...plan, faults, troubleMs: plan.troubleMs + gapMs }
}

/** Turns the fleet off in the middle of the trouble. Ticks of the rests are not all caught up: there are too many. */
function withRests(plan: Plan, rests: readonly number[]): Plan {
  let at = plan.troubleMs / 2
  const idle = rests.map((forMs): Fault => {
    const fault = { at, machine: 0, kind: 'idle', forMs } as const
    at += forMs + BACK_MS
    return fault
  })
  const { faults, troubleMs } = withGap(plan, at - plan.troubleMs / 2)
  const jobs = plan.jobs.map((job) => (job.catchUp === 'all' ? { ...job, catchUp: 'latest' as const } : job))
  return { ...plan, jobs, troubleMs, faults: [...faults, ...idle].toSorted((a, b) => a.at - b.at) }
}

/** A period longer than the retention of records, or no schedule at all: then the job runs only on request. */
function rare(job: SimulatedJob, random: Chance): SimulatedJob {
  if (job.periodMs === undefined) return job
  return { ...job, periodMs: random.float() < 0.5 ? undefined : 60 * Math.min(job.periodMs, 5000), asCron: false }
}

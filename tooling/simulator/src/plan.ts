/**
 * The plan of a seed: a fleet, its jobs, and a list of faults. The faults are plain data and independent of each other, so
 * that a failing run can be tried again with fewer faults.
 */
import type { Random } from '@s3sched/kernel'
import { createSeededRandom } from '@s3sched/kernel/testing'
import type { Faults, Partition } from '@s3sched/store/testing'
import { drawJobs, type SimulatedJob } from './jobs.ts'
import { withTrait } from './traits.ts'

export interface Plan {
  readonly seed: number
  /** Leaderless: `enableCoordinator` is false. */
  readonly isLeaderless: boolean
  /** `'cold'` in every third seed: due ticks wait for the next leader. */
  readonly standby: 'hot' | 'cold'
  /** Number of shards of each version of the code, in order; after the last number the list repeats. */
  readonly shards: readonly number[]
  readonly heartbeatMs: number
  /** Runs leave records. @default true */
  readonly hasHistory?: boolean
  /** Retention of records. @default that of the scheduler */
  readonly retentionMs?: number
  /** Interval of the search for old records. @default that of the scheduler */
  readonly cleanupMs?: number
  readonly machines: readonly Machine[]
  readonly jobs: readonly SimulatedJob[]
  readonly faults: readonly Fault[]
  /** Faults begin before this instant, and all faults end then, real ms. */
  readonly troubleMs: number
  /** Time without faults after the trouble, ms. */
  readonly calmMs: number
}

export interface Machine {
  readonly rate: number
  readonly skewMs: number
  /** The machine's processes, one after the other, have the same worker id. */
  readonly keepsWorkerId: boolean
  /** At its start, a process skips the records that the job roll (`defined/`) vouches for, as with very many jobs. */
  readonly believesRoll: boolean
  /** @default that of the plan */
  readonly heartbeatMs?: number
  /** The worker id of all processes of the machine; another machine may have the same id. */
  readonly workerId?: string
  /** Every so many ms a process makes one pass over the due ticks, and ends. @default one that starts and stays */
  readonly dueEveryMs?: number
}

interface OnMachine {
  /** Real ms. */
  readonly at: number
  readonly machine: number
}

export type Fault =
  | (OnMachine & { readonly kind: 'pause'; readonly forMs: number })
  | (OnMachine & { readonly kind: 'suspend'; readonly forMs: number })
  | (OnMachine & { readonly kind: 'partition'; readonly what: Partition; readonly forMs: number })
  | (OnMachine & { readonly kind: 'weather'; readonly faults: Faults; readonly forMs: number })
  | (OnMachine & { readonly kind: 'step'; readonly byMs: number })
  | (OnMachine & { readonly kind: 'crash'; readonly backAfterMs: number })
  | (OnMachine & { readonly kind: 'stop'; readonly timeoutMs: number; readonly backAfterMs: number })
  /** All machines are restarted in turn, with the next version of the code. */
  | (OnMachine & { readonly kind: 'deploy'; readonly everyMs: number })
  /** Somebody deletes an object by hand. */
  | (OnMachine & { readonly kind: 'deleteObject'; readonly key: string })
  /** All machines are turned off for so long. */
  | (OnMachine & { readonly kind: 'idle'; readonly forMs: number })
  | (OnMachine & { readonly kind: Operation; readonly job: string })

export const OPERATIONS = [
  'pauseJob',
  'resumeJob',
  'updateJob',
  'removeJob',
  'runJob',
  'requestRun',
  'cancelRun',
] as const
export type Operation = (typeof OPERATIONS)[number]

const BAD_WEATHER: Faults = {
  unavailable: 0.05,
  throttled: 0.04,
  lostRequest: 0.07,
  lostResponse: 0.08,
  lateWrite: 0.05,
  retriedWrite: 0.03,
  truncatedBody: 0.02,
  truncatedList: 0.04,
  maxLatencyMs: 600,
  maxLateMs: 8000,
  maxNoticeMs: 400,
}

/** The same seed always gives the same plan. */
export function drawPlan(seed: number): Plan {
  const random = createSeededRandom(seed * 2_654_435_761)
  const heartbeatMs = 2000
  const troubleMs = 120_000 + random.float() * 120_000
  const machines = Array.from({ length: 2 + Math.floor(random.float() * 3) }, (_, index) => drawMachine(random, index))
  const jobs = drawJobs(random)
  const isLeaderless = random.float() < 0.2
  const faults = drawFaults(random, { machines: machines.length, jobs, troubleMs, ttlMs: 3 * heartbeatMs })
  const standby = seed % 3 === 0 ? 'cold' : 'hot'
  const shards = isLeaderless ? [1] : drawShards(seed)
  const plan: Plan = {
    seed,
    isLeaderless,
    standby,
    shards,
    heartbeatMs,
    machines,
    jobs,
    faults,
    troubleMs,
    calmMs: 90_000,
  }
  return withTrait(plan)
}

/** Every fourth seed has 2 to 4 shards; in every eighth seed, every second version has 1 to 3. */
function drawShards(seed: number): number[] {
  if (seed % 4 !== 0) return [1]
  const shards = 2 + ((seed / 4) % 3)
  return seed % 8 === 0 ? [shards, 1 + (seed % 3)] : [shards]
}

/** The clock of the first machine is drawn at most 4 minutes off, so that the machine may lead. */
function drawMachine(random: Random, index: number): Machine {
  const roll = random.float()
  const range = roll < 0.6 ? 2000 : roll < 0.9 || index === 0 ? 240_000 : 3_600_000
  return {
    rate: 0.99 + random.float() * 0.02,
    skewMs: (random.float() - 0.5) * 2 * range,
    keepsWorkerId: random.float() < 0.5,
    believesRoll: index % 2 === 0,
  }
}

interface Scene {
  readonly machines: number
  readonly jobs: readonly SimulatedJob[]
  readonly troubleMs: number
  readonly ttlMs: number
}

function drawFaults(random: Random, scene: Scene): Fault[] {
  const faults: Fault[] = []
  // Faults are in the order of half a ttl apart; now and then several come at once.
  for (let at = 10_000; at < scene.troubleMs; at += random.float() ** 2 * 2.5 * scene.ttlMs) {
    faults.push(drawFault(random, at, scene))
  }
  return faults
}

function drawFault(random: Random, at: number, { jobs, machines, ttlMs }: Scene): Fault {
  const machine = Math.floor(random.float() * machines)
  const forMs = random.float() ** 2 * 3 * ttlMs
  const backAfterMs = random.float() ** 2 * 3 * ttlMs
  const roll = random.float()
  if (roll < 0.16) return { at, machine, kind: 'pause', forMs }
  if (roll < 0.2) return { at, machine, kind: 'suspend', forMs }
  if (roll < 0.32)
    return { at, machine, kind: 'partition', what: random.float() < 0.5 ? 'requests' : 'responses', forMs }
  if (roll < 0.52) return { at, machine, kind: 'weather', faults: BAD_WEATHER, forMs: 3 * forMs }
  if (roll < 0.57) return { at, machine, kind: 'step', byMs: drawStep(random) }
  if (roll < 0.71) return { at, machine, kind: 'crash', backAfterMs }
  if (roll < 0.77) {
    return { at, machine, kind: 'stop', timeoutMs: random.float() * 4000, backAfterMs }
  }
  if (roll < 0.79) return { at, machine, kind: 'deploy', everyMs: 500 + random.float() * ttlMs }
  const job = jobs[Math.floor(random.float() * jobs.length)] as SimulatedJob
  const operation = OPERATIONS[Math.floor(random.float() ** 0.7 * OPERATIONS.length)] as Operation
  return { at, machine, kind: operation, job: job.name }
}

/**
 * Up to 5 s or exactly an hour in either direction, or up to 2 minutes forward: see the assumptions about suspension in
 * docs/reliability.md.
 */
function drawStep(random: Random): number {
  const roll = random.float()
  if (roll < 0.5) return (random.float() - 0.5) * 10_000
  return roll < 0.8 ? random.float() * 120_000 : (random.float() < 0.5 ? -1 : 1) * 3_600_000
}

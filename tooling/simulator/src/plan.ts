/** Draws the plan of a seed. */
import type { Random } from '@s3sched/kernel'
import { createSeededRandom } from '@s3sched/kernel/testing'
import type { Faults } from '@s3sched/store/testing'
import { drawJobs, type SimulatedJob } from './jobs.ts'
import { OPERATIONS, type Fault, type Machine, type Operation, type Plan } from './plan-form.ts'
import { withFurtherFaults } from './further-faults.ts'
import { withTrait, withTraps } from './traits.ts'

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
  const isSharded = plan.shards.some((count) => count > 1)
  const chances = createSeededRandom(seed * 2_246_822_519 + 13)
  return withFurtherFaults(withTrait(isSharded ? withTraps(plan, ['draft', 'note'], chances) : plan))
}

/** Every fourth seed has 2, 4 or 8 shards; in every eighth seed, every second version has 1, 2 or 4. */
function drawShards(seed: number): number[] {
  if (seed % 4 !== 0) return [1]
  const shards = 2 ** (1 + ((seed / 4) % 3))
  return seed % 8 === 0 ? [shards, 2 ** (seed % 3)] : [shards]
}

/** The clock of the first machine is drawn at most 4 minutes off, so that the machine may lead. */
function drawMachine(random: Random, index: number): Machine {
  const roll = random.float()
  const range = roll < 0.6 ? 2000 : roll < 0.9 || index === 0 ? 240_000 : 3_600_000
  return {
    rate: 0.99 + random.float() * 0.02,
    skewMs: (random.float() - 0.5) * 2 * range,
    keepsWorkerId: random.float() < 0.5,
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

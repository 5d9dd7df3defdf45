import type { Random } from '@s3sched/kernel'
import { createSeededRandom } from '@s3sched/kernel/testing'

/** Faults of one instance's way to the store. */
export type Trouble = 'delay' | 'reset' | 'black-hole' | 'lose-answers'

const TROUBLES: readonly FaultKind[] = ['delay', 'reset', 'black-hole', 'lose-answers']

export function isTrouble(kind: FaultKind): kind is Trouble {
  return TROUBLES.includes(kind)
}

/** An operator's request to one instance; changes the job `changed` for the whole fleet. */
export type JobChange = 'pause-job' | 'resume-job' | 'slow-job' | 'fast-job'

/** Faults of one instance; `pause` is SIGSTOP until SIGCONT, `stop` is a clean stop. */
export type FaultKind = 'kill' | 'stop' | 'pause' | 'run-by-hand' | 'server-kill' | JobChange | Trouble

/** One fault of a run. The seed decides every field. */
export interface Fault {
  readonly atMs: number
  readonly kind: FaultKind
  /** The leader of the moment, or one of the instances by number. Not used by `server-kill`. */
  readonly target: 'leader' | number
  /** Duration of the fault, or of a killed or stopped process's absence. */
  readonly forMs: number
}

export interface PlanOptions {
  readonly seed: number
  readonly processes: number
  readonly durationMs: number
  /**
   * The longest silence of an instance before another takes its place, in ms. Pauses and cuts are drawn around this
   * value.
   */
  readonly ttlMs: number
  /** True when the store is a server that can be killed. */
  readonly hasServer: boolean
}

const WEIGHTS: Readonly<Record<FaultKind, number>> = {
  kill: 4,
  stop: 2,
  pause: 5,
  'run-by-hand': 4,
  'pause-job': 1,
  'resume-job': 2,
  'slow-job': 1,
  'fast-job': 1,
  'server-kill': 2,
  delay: 2,
  reset: 2,
  'black-hole': 3,
  'lose-answers': 3,
}

/** Average time between two faults. Several faults can be under way at a time. */
const PACE_MS = 1500
/** Time for the fleet to come together before the first fault. */
const FIRST_MS = 4000

/** The faults of a run, in order. The same options give the same faults. */
export function planFaults({ durationMs, hasServer, processes, seed, ttlMs }: PlanOptions): Fault[] {
  const random = createSeededRandom(seed)
  const faults: Fault[] = []
  for (let atMs = FIRST_MS; atMs < durationMs; atMs += Math.round(PACE_MS * 2 * random.float())) {
    const kind = draw(random, hasServer)
    const target = random.float() < 0.5 ? 'leader' : Math.floor(random.float() * processes)
    // Shorter and longer than the lease, each with the same chance.
    const forMs = Math.round(ttlMs * (random.float() < 0.5 ? 0.1 + 0.8 * random.float() : 1.1 + random.float()))
    faults.push({ atMs, kind, target, forMs })
  }
  return faults
}

function draw(random: Random, hasServer: boolean): FaultKind {
  const kinds = (Object.keys(WEIGHTS) as FaultKind[]).filter((kind) => hasServer || kind !== 'server-kill')
  let rest = random.float() * kinds.reduce((sum, kind) => sum + WEIGHTS[kind], 0)
  for (const kind of kinds) {
    rest -= WEIGHTS[kind]
    if (rest < 0) return kind
  }
  return 'kill'
}

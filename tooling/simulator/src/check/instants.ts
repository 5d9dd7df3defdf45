import type { SimulatedProcess } from '../process.ts'

/** Longest time without a leader while a shard is handed over, real ms. */
const HAND_OVER_MS = 3000
/** Number of jobs looked at after every step: with few shards, these jobs stand for all jobs. */
const MOST_JOBS = 20

/** The leaders by their own belief, looked at after each instant with an event. */
export class Instants {
  readonly violations: string[] = []
  readonly #jobs: readonly string[]
  /** For each job: the start of leadership without a gap, and the last instant with a leader. */
  readonly #led = new Map<string, { readonly since: number; readonly leader: string; readonly until: number }>()

  constructor(jobs: readonly string[]) {
    this.#jobs = jobs.slice(0, MOST_JOBS)
  }

  /** The start of leadership of all jobs without a gap, real ms; `undefined` when a job has no leader. */
  get leaderSince(): number | undefined {
    const all = this.#jobs.map((job) => this.#led.get(job)?.since ?? Infinity)
    const latest = Math.max(...all)
    return latest === Infinity ? undefined : latest
  }

  look(now: number, processes: readonly SimulatedProcess[]): void {
    const running = processes.filter(({ node }) => node.isRunning)
    for (const job of this.#jobs) this.#lookAt(job, now, running)
  }

  #lookAt(job: string, now: number, running: readonly SimulatedProcess[]): void {
    const leaders = running.filter(({ scheduler }) => scheduler.isLeader(job))
    // There is nearly always one leader or none, and this runs after each instant.
    for (const { name, shards } of leaders.length > 1 ? leaders : []) {
      const other = leaders.find((each) => each.shards === shards && each.name !== name)
      if (other === undefined || other.name < name) continue
      this.violations.push(`two leaders: at ${now} ms ${name} and ${other.name} trust their lease for ${job}`)
    }
    const before = this.#led.get(job)
    const [leader] = leaders
    if (leader === undefined) {
      const isGap = before !== undefined && (running[0]?.shards === 1 || now - before.until > HAND_OVER_MS)
      if (isGap) this.#led.delete(job)
    } else if (leader.shards === 1 && leader.name !== before?.leader) {
      this.#led.set(job, { since: now, leader: leader.name, until: now })
    } else this.#led.set(job, { since: before?.since ?? now, leader: leader.name, until: now })
  }
}

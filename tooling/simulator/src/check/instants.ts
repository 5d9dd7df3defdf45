import type { SimulatedProcess } from '../process.ts'

/** What is looked at after each instant at which something happened: who believes to lead. */
export class Instants {
  readonly violations: string[] = []
  /** Since when the leader that is there now has led without a gap, real ms; `undefined` when nobody leads. */
  leaderSince: number | undefined
  #leader: string | undefined

  look(now: number, processes: readonly SimulatedProcess[]): void {
    const leaders = processes.filter(({ node, scheduler }) => node.isRunning && scheduler.isLeader())
    if (leaders.length > 1) {
      this.violations.push(
        `two leaders: at ${now} ms ${leaders.map(({ name }) => name).join(' and ')} trust their lease`,
      )
    }
    const leader = leaders[0]?.name
    if (leader === undefined) this.leaderSince = undefined
    else if (leader !== this.#leader || this.leaderSince === undefined) this.leaderSince = now
    this.#leader = leader
  }
}

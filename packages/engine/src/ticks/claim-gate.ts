import type { Coordinator } from '@s3sched/coordinator'
import type { ClockWatch } from '@s3sched/jobs'

/**
 * Keeps an instance with a wrong clock from claims, and from leading: another instance with a better clock may then
 * lead.
 */
export class ClaimGate {
  readonly #clockWatch: Pick<ClockWatch, 'isGood' | 'noteSettled'>
  readonly #coordinator: Pick<Coordinator, 'stepDown'>

  constructor(clockWatch: Pick<ClockWatch, 'isGood' | 'noteSettled'>, coordinator: Pick<Coordinator, 'stepDown'>) {
    this.#clockWatch = clockWatch
    this.#coordinator = coordinator
  }

  /** Asked before every claim: without a `true` nothing is claimed. @throws the store's error when the store was asked */
  async isOpen(): Promise<boolean> {
    if (await this.#clockWatch.isGood()) return true
    await this.#coordinator.stepDown('clock-skew')
    return false
  }

  /** Notes that the job's ticks at or before `settledUpTo` do not count any more. */
  noteSettled(jobName: string, settledUpTo: number): void {
    this.#clockWatch.noteSettled(jobName, settledUpTo)
  }
}

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

  /**
   * Asked before every claim: without a `true` nothing is claimed. A promise where the store has to be asked.
   * @throws the store's error, by the promise
   */
  isOpen(): boolean | Promise<boolean> {
    const isGood = this.#clockWatch.isGood()
    return isGood === true || this.#openIf(isGood)
  }

  async #openIf(isGood: boolean | Promise<boolean>): Promise<boolean> {
    if (await isGood) return true
    await this.#coordinator.stepDown('clock-skew')
    return false
  }

  /** Notes that the job's ticks at or before `settledUpTo` do not count any more. */
  noteSettled(jobName: string, settledUpTo: number): void {
    this.#clockWatch.noteSettled(jobName, settledUpTo)
  }
}

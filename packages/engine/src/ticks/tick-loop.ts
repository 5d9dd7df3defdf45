/**
 * The loop of an engine: a heap with the time of the next check of each job, and a single timer.
 *
 * The timer sleeps until the earliest check, for a minute at most, and for a second at most in a leader: within this time
 * the loop notices a corrected clock, or a suspended machine, and sets the timer again toward the same tick. A failed
 * check is repeated after a backoff.
 */
import {
  alignedSleepMs,
  fullJitter,
  messageOf,
  RepeatedTroubles,
  takeReading,
  WakeableSleep,
  type Clock,
} from '@s3sched/kernel'
import type { NameTable } from '@s3sched/jobs'
import type { EngineEnv } from '../engine-env.ts'
import type { Authority } from '../runs/authority.ts'
import type { ClaimGate } from './claim-gate.ts'
import { TickHeap } from './tick-heap.ts'

export interface TickLoopDeps {
  /** Tells which checks are due. */
  readonly clock: Clock
  readonly names: NameTable
  readonly gate: Pick<ClaimGate, 'isOpen'>
  /** Begins the check of a job. {@link TickLoop.checked} or `failed` is to be called at its end. Must not throw. */
  readonly decide: (name: string) => void
}

const LONGEST_SLEEP_MS = 60_000
/** The same for a leader, whose process wakes at these instants anyway, for the watch of the lease. */
const LEADER_SLEEP_MS = 1000
/** The most jobs decided at the same time: the claims of one page go into one write. */
const AT_ONCE = 10_000
/** The most decisions begun in one turn of the event loop: other work must not wait for all of them. */
const PER_TURN = 200
/** The time until the next {@link ClaimGate.isOpen} after a `false`. */
export const MAY_NOT_MS = 1000
const RETRY = { baseMs: 250, maxMs: 10_000 }

export class TickLoop {
  readonly #env: Pick<EngineEnv, 'events' | 'logger' | 'random'>
  readonly #deps: TickLoopDeps
  readonly #authority: Authority
  readonly #longestSleepMs: number
  /** The time of each job's next check. */
  readonly #due: TickHeap
  readonly #deciding = new Set<string>()
  /** The jobs to check again right after the check under way. */
  readonly #again = new Set<string>()
  /** Called when no decision is under way. */
  #whenDecided: (() => void)[] = []
  readonly #failures = new Map<string, number>()
  readonly #repeated: RepeatedTroubles
  /** The errors of the current pass. */
  #troubles: unknown[] | undefined
  readonly #naps: WakeableSleep
  #isWaking = false
  /** The end of the loop's sleep, by the wall clock. */
  #wakesAt = -Infinity
  #stopped = false

  constructor(env: Pick<EngineEnv, 'events' | 'logger' | 'random'>, deps: TickLoopDeps, authority: Authority) {
    this.#env = env
    this.#deps = deps
    this.#authority = authority
    this.#longestSleepMs = authority.role === 'leader' ? LEADER_SLEEP_MS : LONGEST_SLEEP_MS
    this.#due = new TickHeap(deps.names)
    this.#repeated = new RepeatedTroubles(deps.clock)
    this.#naps = new WakeableSleep(deps.clock)
  }

  /** True after {@link stop}, and after the end of the authority. */
  get hasEnded(): boolean {
    return this.#stopped || this.#authority.signal.aborted
  }

  /** Checks the job at this instant, epoch ms. */
  lookAt(name: string, at: number): void {
    this.#due.set(name, at)
    if (at < this.#wakesAt && !this.#isWaking) void this.#wakeNextTurn()
  }

  /** Checks the job at this instant at the latest, epoch ms. */
  lookBy(name: string, at: number): void {
    if (at < (this.#due.dueAt(name) ?? Infinity)) this.lookAt(name, at)
  }

  /** Checks the job no more. */
  drop(name: string): void {
    this.#due.delete(name)
  }

  /** False where this machine's clock is wrong. A promise where the store has to be asked; it never rejects. */
  isGateOpen(): boolean | Promise<boolean> {
    const isOpen = this.#deps.gate.isOpen()
    return typeof isOpen === 'boolean' ? isOpen : this.#orReport(isOpen)
  }

  async #orReport(isOpen: Promise<boolean>): Promise<boolean> {
    try {
      return await isOpen
    } catch (error) {
      this.#report(error)
      return false
    }
  }

  stop(): void {
    this.#stopped = true
    this.#naps.wake()
  }

  /** Runs until {@link stop} or the end of the authority. Never rejects. */
  async run(): Promise<void> {
    const { clock } = this.#deps
    while (!this.hasEnded) {
      const mayClaim = this.#authority.isTrusted() && (await this.isGateOpen())
      if (this.hasEnded) break
      if (!mayClaim) {
        await this.#rest(MAY_NOT_MS)
        continue
      }
      const free = AT_ONCE - this.#deciding.size
      for (const name of this.#due.takeDue(clock.now(), Math.min(free, PER_TURN))) this.#look(name)
      const earliest = this.#due.earliest ?? Infinity
      // When the limit of decisions is reached, the loop waits: the next finished decision wakes it.
      const next = this.#deciding.size < AT_ONCE ? earliest : Infinity
      const longestMs = alignedSleepMs(this.#longestSleepMs, takeReading(clock))
      this.#wakesAt = Math.min(next, clock.now() + longestMs)
      await this.#sleep(this.#wakesAt - clock.now())
    }
    await this.decided()
  }

  /** Resolves when no decision is under way. */
  async decided(): Promise<void> {
    while (this.#deciding.size > 0) await new Promise<void>((resolve) => this.#whenDecided.push(resolve))
  }

  /** A single pass: checks every due job. @returns the errors of failed checks, after all checks */
  async runOnce(): Promise<readonly unknown[]> {
    const troubles: unknown[] = (this.#troubles = [])
    for (;;) {
      const names = this.#due.takeDue(this.#deps.clock.now(), AT_ONCE)
      if (names.length === 0) return troubles
      for (const name of names) this.#look(name)
      await this.decided()
    }
  }

  #sleep(ms: number): Promise<boolean> {
    return this.#naps.sleep(ms, this.#authority.signal)
  }

  /** Like {@link #sleep}, to the end: the store may be asked afterwards, and many jobs may wake the loop. */
  async #rest(ms: number): Promise<void> {
    const { clock } = this.#deps
    const until = clock.monotonic() + ms
    for (let leftMs = ms; leftMs > 0 && !this.hasEnded; leftMs = until - clock.monotonic()) await this.#sleep(leftMs)
  }

  #look(name: string): void {
    if (this.#deciding.has(name)) {
      this.#again.add(name)
      return
    }
    this.#deciding.add(name)
    this.#deps.decide(name)
  }

  /** Called at the end of a failed check, which is repeated. */
  failed(name: string, error: unknown): void {
    // A look that was asked for meanwhile is not sooner than the repetition.
    this.#again.delete(name)
    this.#retry(name, error)
    this.#over(name)
  }

  /** Called at the end of a check. */
  checked(name: string): void {
    this.#failures.delete(name)
    this.#over(name)
  }

  #over(name: string): void {
    if (this.#deciding.size === AT_ONCE && !this.#isWaking) void this.#wakeNextTurn()
    this.#deciding.delete(name)
    if (this.#again.delete(name)) this.lookAt(name, -Infinity)
    if (this.#deciding.size === 0) for (const decided of this.#whenDecided.splice(0)) decided()
  }

  /** Many answers may arrive in one turn: all are handled before any new request is signed and sent. */
  async #wakeNextTurn(): Promise<void> {
    this.#isWaking = true
    await this.#deps.clock.sleep(0)
    this.#isWaking = false
    this.#naps.wake()
  }

  #retry(name: string, error: unknown): void {
    if (this.hasEnded) return
    const failures = (this.#failures.get(name) ?? 0) + 1
    this.#failures.set(name, failures)
    this.#troubles?.push(error)
    this.#report(error, name)
    this.lookAt(name, this.#deps.clock.now() + fullJitter(failures, RETRY, this.#env.random))
  }

  #report(error: unknown, jobName?: string): void {
    const { events, logger } = this.#env
    const of = jobName === undefined ? '' : ` of job '${jobName}'`
    const others = this.#repeated.tell(error)
    if (others !== undefined)
      logger.error(`the ticks${of} could not be settled yet: ${messageOf(error)}${others}`, { error })
    events.announce('error', { error, ...(jobName === undefined ? {} : { jobName }) })
  }
}

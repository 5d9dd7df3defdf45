/**
 * The alerts about a whole fleet.
 *
 * Nothing here takes part in the scheduling: a look reads the records of the jobs through an operator, as any program
 * with the bucket can. In a fleet the leader of the first shard looks, and events of its process only make the next look
 * come sooner. Where no instance leads by option, every instance looks, and a single instance writes.
 */
import { messageOf, pause, WakeableSleep, type Clock, type Logger, type Random } from '@s3sched/kernel'
import type { ObjectStore } from '@s3sched/store'
import { resolveRules, type AlertRule, type ResolvedRule } from './alert-rules.ts'
import type { Post } from './deliver.ts'
import type { Lookout } from './lookout.ts'

/** The surroundings of the alerts. */
export interface FleetAlertsDeps {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** Sends alerts to webhooks and to Slack. */
  readonly post: Post
  /** True while this process is to look after the whole fleet. */
  readonly isInCharge: () => boolean
}

/** The time between two looks, in ms. */
const LOOK_MS = 30_000
/** The end of a run may wait two seconds for other writes. */
const SETTLING_MS = 3000

/**
 * Creates the alerts of one fleet. No request yet.
 * @throws S3SchedError `INVALID_OPTIONS` for a rule that is wrong
 */
export function createFleetAlerts(deps: FleetAlertsDeps, rules: readonly AlertRule[]): FleetAlerts {
  return new FleetAlerts(deps, resolveRules(rules))
}

/** Looks after the alerts of a fleet from {@link FleetAlerts.begin} to {@link FleetAlerts.end}, or once. */
export class FleetAlerts {
  readonly #deps: FleetAlertsDeps
  readonly #rules: readonly ResolvedRule[]
  #lookout: Lookout | undefined
  #life = new AbortController()
  readonly #naps: WakeableSleep
  #looking: Promise<void> | undefined
  /** Something has happened since the last wake. */
  #hasNews = false
  #isWaking = false

  constructor(deps: FleetAlertsDeps, rules: readonly ResolvedRule[]) {
    this.#deps = deps
    this.#rules = rules
    this.#naps = new WakeableSleep(deps.clock)
  }

  /**
   * Loads the code for looks, so that no look has to wait for a disk. A process without rules never loads that code.
   */
  async load(): Promise<void> {
    if (this.#rules.length > 0) await import('./lookout.ts')
  }

  /** Looks from now on. @param store - below the prefix of the scheduler */
  begin(store: ObjectStore): void {
    if (this.#rules.length === 0 || this.#looking !== undefined) return
    this.#life = new AbortController()
    this.#looking = this.#keepLooking(store, this.#life.signal)
  }

  /** True from {@link begin} to {@link end}, where there are rules. */
  get isLooking(): boolean {
    return this.#looking !== undefined
  }

  /** Something has happened that a rule may be about: the next look comes in some seconds, and shows all of these events. */
  wake(): void {
    this.#hasNews = true
    if (this.isLooking && !this.#isWaking) void this.#wakeSoon(this.#life.signal)
  }

  /** Looks once, whoever leads, and waits for the deliveries. Never rejects. */
  async look(store: ObjectStore): Promise<void> {
    if (this.#rules.length > 0) await this.#look(store, this.#life.signal)
  }

  /** Ends the looks; a delivery under way is given up, and stays on the list. */
  async end(): Promise<void> {
    this.#life.abort()
    await this.#looking
    this.#looking = undefined
    this.#lookout = undefined
    this.#life = new AbortController()
  }

  async #wakeSoon(signal: AbortSignal): Promise<void> {
    this.#isWaking = true
    while (this.#hasNews && !signal.aborted) {
      this.#hasNews = false
      await pause(this.#deps.clock, SETTLING_MS, signal)
      if (!signal.aborted) this.#naps.wake()
    }
    this.#isWaking = false
  }

  async #keepLooking(store: ObjectStore, signal: AbortSignal): Promise<void> {
    const { isInCharge } = this.#deps
    while (!signal.aborted) {
      await this.#naps.sleep(LOOK_MS, signal)
      if (signal.aborted) return
      if (isInCharge()) await this.#look(store, signal)
      else this.#lookout?.forget()
    }
  }

  async #look(store: ObjectStore, signal: AbortSignal): Promise<void> {
    try {
      const lookout = await this.#lookoutOn(store)
      await lookout.look(signal)
    } catch (error) {
      if (!signal.aborted)
        this.#deps.logger.warn(`the alerts could not be looked after: ${messageOf(error)}`, { error })
    }
  }

  async #lookoutOn(store: ObjectStore): Promise<Lookout> {
    const { Lookout } = await import('./lookout.ts')
    if (this.#lookout?.store !== store) this.#lookout = new Lookout(store, this.#deps, this.#rules)
    return this.#lookout
  }
}

import { createOperator, type Operator } from '@s3sched/operator'
import type { ObjectStore } from '@s3sched/store'
import { AlertOutbox, type AlertOutboxDeps } from './alert-outbox.ts'
import type { ResolvedRule } from './alert-rules.ts'

/** A look at a fleet: reads what the rules are about, and tells what is due. */
export class Lookout {
  readonly store: ObjectStore
  readonly #operator: Operator
  readonly #outbox: AlertOutbox
  readonly #deps: Omit<AlertOutboxDeps, 'store'>
  readonly #rules: readonly ResolvedRule[]

  /** @param store - below the prefix of the scheduler */
  constructor(store: ObjectStore, deps: Omit<AlertOutboxDeps, 'store'>, rules: readonly ResolvedRule[]) {
    const { clock, logger, random } = deps
    this.store = store
    this.#deps = deps
    this.#rules = rules
    this.#operator = createOperator(store, { prefix: '', clock, random, logger })
    this.#outbox = new AlertOutbox({ ...deps, store: this.#operator.store }, rules)
  }

  async look(signal: AbortSignal): Promise<void> {
    const { jobs } = await this.#operator.jobs(signal)
    const leader = this.#rules.some(({ on }) => on.has('leaderless')) ? await this.#operator.leader() : undefined
    await this.#outbox.look({ jobs, leader, now: this.#deps.clock.now() }, signal)
  }

  /** Another instance may write from now on. */
  forget(): void {
    this.#outbox.forget()
  }
}

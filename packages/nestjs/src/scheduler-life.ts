import type { OnApplicationBootstrap, OnModuleDestroy, OnModuleInit } from '@nestjs/common'
import type { Scheduler } from '@s3sched/plugin'
import { type DiscoveryDeps, refuseUnreachable } from './decorated-jobs.ts'

/**
 * Starts the scheduler after every module is ready, and stops it with the first hook of a shutdown: open runs may still
 * need the connections that other modules close later. A scheduler that the application provides in the place of the
 * module's, such as a fake in a test, is left alone.
 */
export class SchedulerLife implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  readonly #deps: DiscoveryDeps
  #scheduler: Pick<Scheduler, 'start' | 'stop'> | undefined

  constructor(deps: DiscoveryDeps) {
    this.#deps = deps
  }

  /** From now on the scheduler lives with the application. */
  keep(scheduler: Pick<Scheduler, 'start' | 'stop'>): void {
    this.#scheduler = scheduler
  }

  onModuleInit(): void {
    refuseUnreachable(this.#deps)
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.#scheduler?.start()
  }

  /** Called twice in a shutdown; the second call waits for the first. */
  async onModuleDestroy(): Promise<void> {
    await this.#scheduler?.stop()
  }
}

import type { OnApplicationBootstrap, OnModuleDestroy, OnModuleInit } from '@nestjs/common'
import type { Scheduler } from '@s3sched/plugin'
import { type DiscoveryDeps, refuseUnreachable } from './decorated-jobs.ts'

/**
 * Starts the scheduler after every module is ready, and stops it with the first hook of a shutdown: open runs may still
 * need the connections that other modules close later.
 */
export class SchedulerLife implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  readonly #scheduler: Pick<Scheduler, 'start' | 'stop'>
  readonly #deps: DiscoveryDeps
  readonly #stopTimeout: number

  constructor(scheduler: Pick<Scheduler, 'start' | 'stop'>, deps: DiscoveryDeps, stopTimeout: number) {
    this.#scheduler = scheduler
    this.#deps = deps
    this.#stopTimeout = stopTimeout
  }

  onModuleInit(): void {
    refuseUnreachable(this.#deps)
  }

  onApplicationBootstrap(): Promise<void> {
    return this.#scheduler.start()
  }

  onModuleDestroy(): Promise<void> {
    return this.#scheduler.stop({ timeout: this.#stopTimeout })
  }
}

import { type DynamicModule, type INestApplicationContext, Injectable, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { createManualClock, during, type ManualClock } from '@s3sched/kernel/testing'
import { afterEach, beforeEach } from 'vitest'
import {
  S3SchedModule,
  type S3SchedModuleOptions,
  type ScheduledDecorator,
  SCHEDULER,
  type Scheduler,
} from '../src/index.ts'

export const NOON: number = Date.UTC(2026, 0, 5, 12)
export const MINUTE = 60_000

export type Provider = NonNullable<DynamicModule['providers']>[number]

/** Applications on a manual clock and a store of their own for each test; closed after it. */
export class Bench {
  clock: ManualClock = createManualClock(NOON)
  #apps: INestApplicationContext[] = []
  readonly #name: string
  #stores = 0

  /** @param name - of the stores, which live as long as the process */
  constructor(name: string) {
    this.#name = name
    beforeEach(() => {
      this.clock = createManualClock(NOON)
      this.#apps = []
      this.#stores++
    })
    afterEach(async () => {
      for (const app of this.#apps) await this.during(app.close())
    })
  }

  /** Moves the clock until the work is done. */
  during<T>(work: Promise<T>): Promise<T> {
    return during(this.clock, work, 250)
  }

  options(more: S3SchedModuleOptions = {}): S3SchedModuleOptions {
    return {
      store: `memory://nest-${this.#name}-${this.#stores}`,
      clock: this.clock,
      skipColdStart: true,
      handleSignals: false,
      ...more,
    }
  }

  root(providers: Provider[], module: DynamicModule = S3SchedModule.forRoot(this.options())): DynamicModule {
    class App {}
    Module({})(App)
    return { module: App, imports: [module], providers }
  }

  async boot(module: DynamicModule): Promise<INestApplicationContext> {
    const app = await this.during(NestFactory.createApplicationContext(module, { logger: false, abortOnError: false }))
    this.#apps.push(app)
    return app
  }
}

/** What `@decorator` above the method does. */
export function decorate<C extends { new (): object; prototype: object }>(
  type: C,
  method: string,
  ...by: ScheduledDecorator[]
): C {
  Injectable()(type)
  const descriptor = Object.getOwnPropertyDescriptor(type.prototype, method)
  if (descriptor === undefined) throw new Error(`no method ${method}`)
  for (const decorator of by) decorator(type.prototype, method, descriptor)
  return type
}

export const scheduler = (app: INestApplicationContext): Scheduler => app.get<Scheduler>(SCHEDULER)

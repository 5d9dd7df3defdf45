import { type DynamicModule, type INestApplicationContext, Injectable, Module, Scope } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { createManualClock, type ManualClock } from '@s3sched/kernel/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  Cron,
  Interval,
  type JobContext,
  S3SchedModule,
  type S3SchedModuleOptions,
  type ScheduledDecorator,
  SCHEDULER,
  type Scheduler,
} from '../src/index.ts'

const NOON = Date.UTC(2026, 0, 5, 12)
const MINUTE = 60_000

let clock: ManualClock
let apps: INestApplicationContext[]
let stores = 0
beforeEach(() => {
  clock = createManualClock(NOON)
  apps = []
  stores++
})
afterEach(async () => {
  for (const app of apps) await during(app.close())
})

/** Moves the clock until the work is done. */
async function during<T>(work: Promise<T>): Promise<T> {
  const state = { isSettled: false }
  const settle = (): void => void (state.isSettled = true)
  work.then(settle, settle)
  while (!state.isSettled) await clock.advance(250)
  return work
}

const options = (more: S3SchedModuleOptions = {}): S3SchedModuleOptions => ({
  store: `memory://nest-${stores}`,
  clock,
  skipColdStart: true,
  handleSignals: false,
  ...more,
})

type Provider = NonNullable<DynamicModule['providers']>[number]

function root(providers: Provider[], module: DynamicModule = S3SchedModule.forRoot(options())): DynamicModule {
  class App {}
  Module({})(App)
  return { module: App, imports: [module], providers }
}

async function boot(module: DynamicModule): Promise<INestApplicationContext> {
  const app = await during(NestFactory.createApplicationContext(module, { logger: false, abortOnError: false }))
  apps.push(app)
  return app
}

/** What `@decorator` above the method does. */
function decorate<C extends { new (): object; prototype: object }>(
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

const scheduler = (app: INestApplicationContext): Scheduler => app.get<Scheduler>(SCHEDULER)

describe('S3SchedModule', () => {
  it('runs decorated methods of providers on their instance, with the context of the run', async () => {
    class Reports {
      readonly ran: string[] = []
      send({ jobName, scheduledTime }: JobContext): string {
        this.ran.push(`${jobName} ${scheduledTime.toISOString()}`)
        return 'sent'
      }
      poll(): void {
        this.ran.push('poll')
      }
    }
    decorate(Reports, 'send', Cron('* * * * *', { description: 'all reports' }))
    decorate(Reports, 'poll', Interval('poll', 30_000))
    const app = await boot(root([Reports]))
    await clock.advance(MINUTE + 1000)
    const { ran } = app.get(Reports)
    expect(ran).toContain('Reports.send 2026-01-05T12:01:00.000Z')
    expect(ran.filter((each) => each === 'poll').length).toBeGreaterThanOrEqual(2)
    expect(await scheduler(app).runJob('Reports.send')).toBe('sent')
    expect(scheduler(app).getJobStatus('Reports.send')).toMatchObject({ description: 'all reports' })
  })

  it('starts a tick once for two applications on one store', async () => {
    const ran: string[] = []
    const job = (name: string): Provider => {
      class Reports {
        send(): void {
          ran.push(name)
        }
      }
      return decorate(Reports, 'send', Cron('* * * * *'))
    }
    await boot(root([job('a')]))
    await boot(root([job('b')]))
    await clock.advance(3 * MINUTE)
    expect(ran).toHaveLength(3)
  })

  it('takes its options from a provider, jobs beside the methods, and several decorators of a method', async () => {
    class Config {
      readonly timezone = 'Europe/Rome'
    }
    Injectable()(Config)
    class Reports {
      send(): void {}
    }
    decorate(
      Reports,
      'send',
      Cron('0 8 * * *', { name: 'morning' }),
      Cron('0 20 * * *', { name: 'evening', disabled: true }),
    )
    class ConfigModule {}
    const module = S3SchedModule.forRootAsync({
      imports: [{ module: ConfigModule, providers: [Config], exports: [Config] }],
      inject: [Config],
      useFactory: ({ timezone }: Config) => options({ timezone, jobs: { other: { schedule: null, action: () => 1 } } }),
    })
    const app = await boot(root([Reports], module))
    const jobs = scheduler(app).getAllJobsStatus()
    expect(jobs.map(({ name }) => name).toSorted()).toEqual(['evening', 'morning', 'other'])
    expect(scheduler(app).getJobStatus('morning')?.nextRun).toEqual(new Date('2026-01-06T07:00:00Z'))
    expect(scheduler(app).getJobStatus('evening')?.nextRun).toBeNull()
  })

  it('a shutdown waits for open runs before the application is closed, and hands over', async () => {
    const order: string[] = []
    class Reports {
      async send(): Promise<void> {
        await clock.sleep(5000)
        order.push('run ended')
      }
    }
    decorate(Reports, 'send', Cron('* * * * *'))
    class Connection {
      onApplicationShutdown(): void {
        order.push('connection closed')
      }
    }
    Injectable()(Connection)
    const app = await boot(root([Reports, Connection]))
    await clock.advance(MINUTE)
    await during(app.close())
    expect(order).toEqual(['run ended', 'connection closed'])
    expect(scheduler(app).getHealth()).toMatchObject({ state: 'stopped' })
  })

  it('tells runs to end after stopTimeout', async () => {
    let reason: unknown
    class Reports {
      async send({ signal }: JobContext): Promise<void> {
        await clock.sleep(10 * MINUTE, signal).catch((error: unknown) => {
          reason = error
          throw error
        })
      }
    }
    decorate(Reports, 'send', Cron('* * * * *'))
    const app = await boot(root([Reports], S3SchedModule.forRoot(options({ stopTimeout: 1000 }))))
    await clock.advance(MINUTE)
    await during(app.close())
    expect(clock.now()).toBeLessThan(NOON + 2 * MINUTE)
    expect(reason).toMatchObject({ code: 'STOPPED' })
  })
})

describe('a decorated method that could never run is an error at the start:', () => {
  class Reports {
    send(): void {}
  }
  decorate(Reports, 'send', Cron('* * * * *'))

  it.each<[string, Provider[], string]>([
    ['of an object', [{ provide: 'reports', useValue: new Reports() }], 'provided by a value or a function'],
    ['of a class for each request', [{ provide: Reports, useClass: Reports, scope: Scope.REQUEST }], 'not a singleton'],
    ['of a transient class', [{ provide: Reports, useClass: Reports, scope: Scope.TRANSIENT }], 'not a singleton'],
    ['of two providers', [Reports, { provide: 'other', useClass: Reports }], "Job 'Reports.send' already exists"],
  ])('%s', async (_, providers, message) => {
    await expect(boot(root(providers))).rejects.toThrow(message)
  })

  it('with a wrong expression', async () => {
    class Wrong {
      send(): void {}
    }
    decorate(Wrong, 'send', Cron('61 * * * *'))
    await expect(boot(root([Wrong]))).rejects.toThrow("Job 'Wrong.send'")
  })

  it('with the name of a job of the options', async () => {
    const module = S3SchedModule.forRoot(options({ jobs: { 'Reports.send': { schedule: null, action: () => 1 } } }))
    await expect(boot(root([Reports], module))).rejects.toThrow('the options of S3SchedModule has the name')
  })

  it('an alias of the same instance is fine', async () => {
    const app = await boot(root([Reports, { provide: 'alias', useExisting: Reports }]))
    expect(scheduler(app).getAllJobsStatus()).toHaveLength(1)
  })
})

import { type INestApplicationContext, Injectable } from '@nestjs/common'
import { describe, expect, it } from 'vitest'
import { Cron, Interval, type JobContext, S3SchedModule, SCHEDULER } from '../src/index.ts'
import { Bench, decorate, MINUTE, NOON, type Provider, scheduler } from './bench.ts'

const bench = new Bench('module')

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
    const app = await bench.boot(bench.root([Reports]))
    await bench.clock.advance(MINUTE + 1000)
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
    await bench.boot(bench.root([job('a')]))
    await bench.boot(bench.root([job('b')]))
    await bench.clock.advance(3 * MINUTE)
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
      useFactory: ({ timezone }: Config) =>
        bench.options({ timezone, jobs: { other: { schedule: null, action: () => 1 } } }),
    })
    const app = await bench.boot(bench.root([Reports], module))
    const jobs = scheduler(app).getAllJobsStatus()
    expect(jobs.map(({ name }) => name).toSorted()).toEqual(['evening', 'morning', 'other'])
    expect(scheduler(app).getJobStatus('morning')?.nextRun).toEqual(new Date('2026-01-06T07:00:00Z'))
    expect(scheduler(app).getJobStatus('evening')?.nextRun).toBeNull()
  })

  it('a shutdown waits for open runs before the application is closed, and hands over', async () => {
    const order: string[] = []
    class Reports {
      async send(): Promise<void> {
        await bench.clock.sleep(5000)
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
    const app = await bench.boot(bench.root([Reports, Connection]))
    await bench.clock.advance(MINUTE)
    await bench.during(app.close())
    expect(order).toEqual(['run ended', 'connection closed'])
    expect(scheduler(app).getHealth()).toMatchObject({ state: 'stopped' })
  })

  it('a shutdown waits for open runs before any other module is destroyed', async () => {
    const order: string[] = []
    class Connection {
      onModuleDestroy(): void {
        order.push('connection closed')
      }
    }
    Injectable()(Connection)
    class ConnectionModule {}
    class Reports {
      async send(): Promise<void> {
        await bench.clock.sleep(5000)
        order.push('run ended')
      }
    }
    decorate(Reports, 'send', Cron('* * * * *'))
    const { imports = [], ...app } = bench.root([Reports, { provide: 'of the root', useClass: Connection }])
    const connections = { module: ConnectionModule, providers: [Connection], exports: [Connection] }
    const running = await bench.boot({ ...app, imports: [connections, ...imports] })
    await bench.clock.advance(MINUTE)
    await bench.during(running.close())
    expect(order).toEqual(['run ended', 'connection closed', 'connection closed'])
  })

  it('leaves a scheduler alone that a test provides in its place', async () => {
    const fake = { runJob: () => Promise.resolve('fake') }
    const module = S3SchedModule.forRoot(bench.options())
    const { providers = [] } = module
    const overridden = providers.map((each) =>
      'provide' in each && each.provide === SCHEDULER ? { provide: SCHEDULER, useValue: fake } : each,
    )
    const app = await bench.boot(bench.root([], { ...module, providers: overridden }))
    expect(await scheduler(app).runJob('any')).toBe('fake')
    await bench.during(app.close())
  })

  it('finds a method that a decorator above has wrapped, or a mixin has moved, and no overriding method', async () => {
    class Wrapped {
      send(): string {
        return 'sent'
      }
    }
    const wrap = (descriptor: TypedPropertyDescriptor<() => string>): void => {
      const { value } = descriptor
      descriptor.value = function (this: Wrapped) {
        return `wrapped ${value?.call(this)}`
      }
    }
    const descriptor = Object.getOwnPropertyDescriptor(Wrapped.prototype, 'send') as TypedPropertyDescriptor<
      () => string
    >
    Cron('* * * * *')(Wrapped.prototype, 'send', descriptor)
    wrap(descriptor)
    Cron('0 8 * * *', { name: 'morning' })(Wrapped.prototype, 'send', descriptor)
    Object.defineProperty(Wrapped.prototype, 'send', descriptor)
    Injectable()(Wrapped)
    class Mixed {}
    Object.defineProperty(Mixed.prototype, 'send', descriptor)
    Injectable()(Mixed)
    class Overriding extends Wrapped {
      override send(): string {
        return 'by nobody'
      }
    }
    Injectable()(Overriding)
    const app = await bench.boot(bench.root([Wrapped, Overriding]))
    const names = (of: INestApplicationContext): string[] =>
      scheduler(of)
        .getAllJobsStatus()
        .map(({ name }) => name)
        .toSorted()
    expect(names(app)).toEqual(['Wrapped.send', 'morning'])
    expect(await scheduler(app).runJob('Wrapped.send')).toBe('wrapped sent')
    expect(names(await bench.boot(bench.root([Mixed])))).toEqual(['Mixed.send', 'morning'])
  })

  it('tells runs to end after stopTimeout', async () => {
    let reason: unknown
    class Reports {
      async send({ signal }: JobContext): Promise<void> {
        await bench.clock.sleep(10 * MINUTE, signal).catch((error: unknown) => {
          reason = error
          throw error
        })
      }
    }
    decorate(Reports, 'send', Cron('* * * * *'))
    const app = await bench.boot(bench.root([Reports], S3SchedModule.forRoot(bench.options({ stopTimeout: 1000 }))))
    await bench.clock.advance(MINUTE)
    await bench.during(app.close())
    expect(bench.clock.now()).toBeLessThan(NOON + 2 * MINUTE)
    expect(reason).toMatchObject({ code: 'STOPPED' })
  })
})

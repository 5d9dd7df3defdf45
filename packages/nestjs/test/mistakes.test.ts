import { type DynamicModule, Scope } from '@nestjs/common'
import { describe, expect, it } from 'vitest'
import { Cron, S3SchedModule, type S3SchedModuleOptions } from '../src/index.ts'
import { Bench, decorate, type Provider, scheduler } from './bench.ts'

const bench = new Bench('mistakes')

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
    await expect(bench.boot(bench.root(providers))).rejects.toThrow(message)
  })

  it('with a wrong expression', async () => {
    class Wrong {
      send(): void {}
    }
    decorate(Wrong, 'send', Cron('61 * * * *'))
    await expect(bench.boot(bench.root([Wrong]))).rejects.toThrow("Job 'Wrong.send'")
  })

  it('with the name of a job of the options', async () => {
    const module = S3SchedModule.forRoot(
      bench.options({ jobs: { 'Reports.send': { schedule: null, action: () => 1 } } }),
    )
    await expect(bench.boot(bench.root([Reports], module))).rejects.toThrow('the options of S3SchedModule has the name')
  })

  it.each<[string, object, string | symbol, PropertyDescriptor | undefined, string]>([
    ['static', Reports, 'send', { value: () => 1 }, "Reports.send can't be a job: it is static"],
    ['with a symbol for its name', Reports.prototype, Symbol('tick'), { value: () => 1 }, 'its name is a symbol'],
    ['a field with a function', Reports.prototype, 'field', undefined, "Reports.field can't be a job: it is no method"],
  ])('%s', (_, target, key, descriptor, message) => {
    const decorator = Cron('* * * * *') as (...decorated: readonly unknown[]) => void
    expect(() => decorator(target, key, descriptor)).toThrow(message)
  })

  it.each<[unknown, string]>([
    ['5s', 'got "5s"'],
    [-1, 'got -1'],
    [Number.NaN, 'got NaN'],
    [null, 'got null'],
  ])('with %j as the time for a stop, which would fail at the stop alone', async (stopTimeout, message) => {
    const module = S3SchedModule.forRoot(bench.options({ stopTimeout: stopTimeout as number }))
    const expected = `createScheduler: expected stopTimeout to be a number of ms >= 0, ${message}`
    await expect(bench.boot(bench.root([], module))).rejects.toThrow(expected)
  })

  it('with all mistakes at once', async () => {
    class Wrong {
      expression(): void {}
      offset(): void {}
      both(): void {}
    }
    decorate(Wrong, 'expression', Cron('61 * * * *'))
    decorate(Wrong, 'offset', Cron('* * * * *', { utcOffset: 5.5 }))
    decorate(Wrong, 'both', Cron('* * * * *', { waitForCompletion: true, overlap: 'queue' }))
    const wrong = bench.boot(bench.root([Wrong]))
    await expect(wrong).rejects.toThrow(/Wrong\.offset.*Wrong\.both.*Wrong\.expression/)
    await expect(wrong).rejects.toMatchObject({ code: 'INVALID_JOB' })
  })

  it.each<[string, DynamicModule[], string]>([
    ['imported twice', [0, 1].map(() => S3SchedModule.forRoot(bench.options())), 'S3SchedModule is imported twice'],
    [
      'without options',
      [S3SchedModule.forRootAsync({ useFactory: () => undefined as unknown as S3SchedModuleOptions })],
      'expected the options to be an object, got undefined',
    ],
  ])('of a module %s', async (_, modules, message) => {
    const [first, ...others] = modules
    const app = bench.root([Reports], first)
    await expect(bench.boot({ ...app, imports: [...(app.imports ?? []), ...others] })).rejects.toThrow(message)
  })

  it('an alias of the same instance is fine', async () => {
    const app = await bench.boot(bench.root([Reports, { provide: 'alias', useExisting: Reports }]))
    expect(scheduler(app).getAllJobsStatus()).toHaveLength(1)
  })
})

import { expect, expectTypeOf, it } from 'vitest'
import * as v from 'valibot'
import { z } from 'zod'
import {
  createScheduler,
  defineJob,
  type Database,
  type JobContext,
  type JobDefinition,
  type RunFacts,
  type Scheduler,
  type SchedulerJob,
  SchedulerPlugin,
} from '../src/index.ts'
import { createTestScheduler } from '../src/testing/index.ts'

/* The compiler is the test: `npm run types` fails on a wrong type, and on an expected error that does not come. */

interface Customer {
  readonly customer: string
}

const store = 'memory://types'

const scheduler = createScheduler({
  store,
  jobs: {
    report: { schedule: '0 8 * * *', action: async ({ signal }) => ({ sent: signal.aborted ? 0 : 42 }) },
    invoice: {
      schedule: null,
      schema: z.object({ customer: z.string(), due: z.coerce.date<string>(), copies: z.number().default(1) }),
      context: { due: '2026-01-05' },
      action: (context) => {
        expectTypeOf(context.customer).toEqualTypeOf<string>()
        expectTypeOf(context.due).toEqualTypeOf<Date>()
        expectTypeOf(context.scheduledTime).toEqualTypeOf<Date>()
        // @ts-expect-error -- neither a fact of the run nor a field of the schema
        context.custmer?.toString()
        return context.copies
      },
    },
    letter: { schedule: null, schema: v.object({ to: v.string() }), action: ({ to }) => to },
    region: { schedule: null, context: { name: 'eu', limit: 10 }, action: ({ limit, name }) => name.repeat(limit) },
    annotated: { schedule: null, action: ({ customer }: JobContext<Customer>) => customer },
    facts: { schedule: null, action: ({ attempt, jobName }: RunFacts) => jobName.repeat(attempt) },
    fact: { schedule: null, action: ({ attempt }: { readonly attempt: number }) => attempt },
    whole: { schedule: null, action: (context: JobContext) => context['any'] },
    chained: { schedule: null, after: 'report', action: () => {} },
    isolated: { schedule: null, action: new URL('./actions/report.ts', import.meta.url) },
  },
})

it('knows the jobs, their contexts and their results', async () => {
  const calls = [
    () => scheduler.runJob('report'),
    () => scheduler.runJob('invoice', { customer: 'ann' }),
    () => scheduler.runJob('region', { limit: 1 }),
    () => scheduler.runJob('chained'),
    () => scheduler.runJob('isolated', { anything: 1 }),
    () => scheduler.runJob('facts'),
    () => scheduler.runJob('fact'),
    () => scheduler.runJob('whole', { any: 1 }),
    () => scheduler.runJob('annotated', { customer: 'ann' }),
    // @ts-expect-error -- no such job
    () => scheduler.runJob('reprot'),
    // @ts-expect-error -- no such job
    () => scheduler.disableJob('reprot'),
    // @ts-expect-error -- the customer is missing
    () => scheduler.runJob('invoice'),
    // @ts-expect-error -- the customer is missing
    () => scheduler.requestRun('invoice', { due: '2026-02-01' }),
    // @ts-expect-error -- a text
    () => scheduler.runJob('invoice', { customer: 1 }),
    // @ts-expect-error -- the schema takes a text, although it puts out a Date
    () => scheduler.runJob('invoice', { customer: 'ann', due: new Date() }),
    // @ts-expect-error -- the schema has no such field
    () => scheduler.runJob('letter', { to: 'ann', form: 'bob' }),
    // @ts-expect-error -- a number
    () => scheduler.runJob('region', { limit: 'all' }),
    // @ts-expect-error -- the action asks for a customer
    () => scheduler.runJob('annotated'),
  ] as const
  expectTypeOf(calls[0]).returns.resolves.toEqualTypeOf<{ sent: number }>()
  expectTypeOf(calls[1]).returns.resolves.toEqualTypeOf<number>()
  expectTypeOf(calls[2]).returns.resolves.toEqualTypeOf<string>()
  expectTypeOf(calls[3]).returns.resolves.toEqualTypeOf<void>()
  expectTypeOf(calls[4]).returns.resolves.toEqualTypeOf<unknown>()
  expect(calls.length).toBeGreaterThan(0)
})

it('narrows events by the name of the job', () => {
  scheduler.on('jobCompleted', (run) => {
    expectTypeOf(run.jobName).extract<'letter'>().toEqualTypeOf<'letter'>()
    if (run.jobName === 'report') expectTypeOf(run.result).toEqualTypeOf<{ sent: number }>()
    // @ts-expect-error -- no such job
    if (run.jobName === 'reprot') return
  })
  scheduler.on('jobCompleted', ({ jobName, result }) => {
    if (jobName === 'letter') expectTypeOf(result).toEqualTypeOf<string>()
  })
  scheduler.on('jobFailed', ({ error }) => expectTypeOf(error).toEqualTypeOf<Error>())
  scheduler.on('plg:scheduler:coordinator-elected', ({ epoch }) => expectTypeOf(epoch).toEqualTypeOf<number>())
  expect(scheduler.listenerCount('jobCompleted')).toBe(2)
})

it('has a way for jobs that are known at run time alone', async () => {
  const untyped: Scheduler = scheduler
  expectTypeOf(() => untyped.runJob('user-1', { a: 1 })).returns.resolves.toEqualTypeOf<unknown>()
  untyped.on('jobCompleted', ({ jobName, result }) => {
    expectTypeOf(jobName).toEqualTypeOf<string>()
    expectTypeOf(result).toEqualTypeOf<unknown>()
  })
  const add = () =>
    scheduler.addJob('more', { schedule: null, schema: z.object({ n: z.number() }), action: ({ n }) => n })
  const run = async () => (await add()).runJob('more', { n: 1 })
  expectTypeOf(run).returns.resolves.toEqualTypeOf<number>()
  expectTypeOf(async () => (await add()).runJob('report')).returns.resolves.toEqualTypeOf<{ sent: number }>()
  const named = () => scheduler.addJob(`user-${store}`, { schedule: null, action: () => 1 })
  expectTypeOf(async () => (await named()).runJob(`user-${store}`)).returns.resolves.toEqualTypeOf<number>()
  const empty = createScheduler({ store })
  expectTypeOf(() => empty.runJob('anything')).returns.resolves.toEqualTypeOf<unknown>()
  const record: Record<string, SchedulerJob> = {}
  const some = createScheduler({ store, jobs: record })
  expectTypeOf(() => some.runJob('anything')).returns.resolves.toEqualTypeOf<unknown>()
})

it('types a job that stands alone, and gives an action the scheduler', () => {
  const letter = defineJob({
    schedule: null,
    schema: z.object({ to: z.string() }),
    action: ({ to }, own) => {
      expectTypeOf(own).toEqualTypeOf<Scheduler>()
      return to
    },
  })
  const own = createScheduler({ store, jobs: { letter } })
  expectTypeOf(() => own.runJob('letter', { to: 'ann' })).returns.resolves.toEqualTypeOf<string>()
  const inline = createScheduler({
    store,
    jobs: { plain: defineJob({ schedule: null, action: () => 1 }), letter: defineJob({ ...letter, description: '' }) },
  })
  expectTypeOf(() => inline.runJob('plain')).returns.resolves.toEqualTypeOf<number>()
  // @ts-expect-error -- the schema asks for a name
  expectTypeOf(() => inline.runJob('letter')).toBeFunction()
  const plain: SchedulerJob<Customer> = { schedule: null, action: ({ customer }) => customer }
  expect(own.getJobStatus('letter')?.name).toBe('letter')
  expect(plain.schedule).toBeNull()
})

it('refuses wrong definitions and options, by the field', () => {
  const wrong = [
    // @ts-expect-error -- no schedule
    () => createScheduler({ store, jobs: { job: { schedule: 5, action: () => {} } } }),
    // @ts-expect-error -- no such field
    () => createScheduler({ store, jobs: { job: { schedule: null, retrys: 3, action: () => {} } } }),
    // @ts-expect-error -- no action
    () => createScheduler({ store, jobs: { job: { schedule: null } } }),
    // @ts-expect-error -- no function
    () => createScheduler({ store, jobs: { job: { schedule: null, action: 'send' } } }),
    // @ts-expect-error -- no such option
    () => createScheduler({ stoer: store }),
  ]
  for (const make of wrong) expect(make).toThrow(/expected|unknown/i)
})

it('tells by the type of the first argument whether there is a database', () => {
  const installed = () =>
    new SchedulerPlugin({
      jobs: {
        job: {
          schedule: null,
          action: (database, context, own) => {
            expectTypeOf(database).toEqualTypeOf<Database>()
            expectTypeOf(context.database).toEqualTypeOf<Database>()
            expectTypeOf(context).toExtend<RunFacts>()
            expectTypeOf(own).toEqualTypeOf<SchedulerPlugin>()
          },
        },
      },
    })
  const alone = () =>
    new SchedulerPlugin({
      store,
      jobs: { job: { schedule: null, action: (database) => expectTypeOf(database).toEqualTypeOf<undefined>() } },
    })
  expectTypeOf(installed).returns.toEqualTypeOf<SchedulerPlugin>()
  expectTypeOf(alone).returns.toEqualTypeOf<SchedulerPlugin<undefined>>()
  const given: JobDefinition<{ readonly mine: true }> = { schedule: null, action: ({ mine }) => mine }
  expect(new SchedulerPlugin<{ readonly mine: true }>({ store, jobs: { given } }).listJobs()).toHaveLength(1)
})

it('knows the jobs of a test scheduler', () => {
  const make = () => createTestScheduler({ jobs: { report: { schedule: null, action: () => 42 } } })
  const run = async () => (await make()).scheduler.runJob('report')
  expectTypeOf(run).returns.resolves.toEqualTypeOf<number>()
})

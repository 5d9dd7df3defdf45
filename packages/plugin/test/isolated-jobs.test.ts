import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { silentLogger } from '@s3sched/kernel'
import { SchedulerPlugin, type Job, type SchedulerOptions } from '../src/index.ts'

const fileOf = (name: string): URL => new URL(`./actions/${name}.ts`, import.meta.url)

let scheduler: SchedulerPlugin<unknown>
const warnings: string[] = []
afterEach(async () => {
  await scheduler.stop({ timeout: 0 })
  warnings.length = 0
})

let count = 0
/** A scheduler on the real clock, since threads and processes have no other. */
async function start(jobs: Readonly<Record<string, Job<unknown>>>, options: SchedulerOptions = {}): Promise<void> {
  scheduler = new SchedulerPlugin<unknown>({
    jobs,
    store: `memory://isolated-${++count}`,
    skipColdStart: true,
    handleSignals: false,
    logger: { ...silentLogger, warn: (message: string) => void warnings.push(message) },
    ...(options as object),
  })
  await scheduler.start()
}

describe.each(['thread', 'process'] as const)('an action given as a file, in a %s', (isolate) => {
  it('has the run, the database and the logger, and gives its result to the caller and the history', async () => {
    const action = fileOf('report')
    await start(
      { report: { schedule: null, action, isolate, context: { size: 3 } } },
      { isolation: { database: fileOf('database') } },
    )
    const result = await scheduler.runJob('report', { extra: 1 })
    expect(result).toMatchObject({
      attempt: 1,
      database: { name: 'in-the-worker', isConnected: true },
      isAborted: false,
      isSameRun: true,
      jobName: 'report',
      lastRun: null,
      scheduledTime: expect.any(Date) as Date,
      size: 3,
    })
    expect((result as { pid: number }).pid === process.pid).toBe(isolate === 'thread')
    expect(warnings).toEqual(['from the worker'])
    const [run] = await scheduler.getJobHistory('report')
    expect(run).toMatchObject({ status: 'success', result: { size: 3 }, log: [{ message: 'begins' }] })
  })

  it('gets the output of the schema of its job, and is not called with a refused context', async () => {
    const schema = z.object({ size: z.coerce.date() })
    await start({ report: { schedule: null, action: fileOf('report'), isolate, schema } })
    await expect(scheduler.runJob('report', { size: 'never' })).rejects.toMatchObject({
      code: 'INVALID_CONTEXT',
      message: expect.stringMatching(/^Job 'report' can't run with this context: size: /) as string,
    })
    expect(warnings).toEqual([])
    const size = new Date('2026-01-05')
    expect(await scheduler.runJob('report', { size: size.toISOString() })).toMatchObject({ size, jobName: 'report' })
    expect(await scheduler.getJobHistory('report')).toHaveLength(1)
  })

  it('is tried again as in process, and rejects with its error', async () => {
    const job = { schedule: null, action: fileOf('report'), isolate, backoff: [0] }
    await start({
      mends: { ...job, retries: 2, context: { failUntil: 3 } },
      fails: { ...job, context: { failUntil: 3 } },
    })
    expect(await scheduler.runJob('mends')).toMatchObject({ attempt: 3 })
    await expect(scheduler.runJob('fails')).rejects.toThrow(new TypeError('attempt 1 fails'))
  })

  it('that never lets go of its thread is really ended after its timeout', async () => {
    await start(
      { block: { schedule: null, action: fileOf('block'), isolate, timeout: 400 } },
      { isolation: { graceMs: 50 } },
    )
    await expect(scheduler.runJob('block')).rejects.toMatchObject({ code: 'TIMEOUT' })
    expect(scheduler.getSlots()).toMatchObject({ taken: 0, abandoned: 0 })
    const [run] = await scheduler.getJobHistory('block')
    expect(run).toMatchObject({ status: 'timeout' })
  })

  it('blocks its thread beside a leader that stays the leader, and other jobs that start meanwhile', async () => {
    const ticks: number[] = []
    const action = (_: unknown, { scheduledTime }: { scheduledTime: Date }): void =>
      void ticks.push(scheduledTime.getTime())
    await start(
      {
        busy: { schedule: null, action: fileOf('block'), isolate },
        punctual: { schedule: '* * * * * *', action },
      },
      { heartbeatInterval: 2000, isolation: { graceMs: 50 } },
    )
    const epoch = scheduler.getCurrentEpoch()
    const running = scheduler.runJob('busy').catch((error: unknown) => error)
    await expect.poll(() => scheduler.getJobStatus('busy')?.currentRuns[0]?.progress?.value).toBeGreaterThan(0)
    const before = ticks.length
    // An action in this thread would let none of these start, since it never ends by itself.
    await expect.poll(() => ticks.length).toBeGreaterThanOrEqual(before + 4)
    expect(scheduler.getCurrentEpoch()).toBe(epoch)
    await scheduler.cancelRun('busy')
    expect(await running).toMatchObject({ code: 'CANCELLED' })
  })

  it('ends with a stop of the scheduler, and works again after the next start', async () => {
    await start({ block: { schedule: null, action: fileOf('block'), isolate } }, { isolation: { graceMs: 50 } })
    const running = scheduler.runJob('block').catch((error: unknown) => error)
    await expect.poll(() => scheduler.getJobStatus('block')?.currentRuns[0]?.progress?.value).toBeGreaterThan(0)
    await scheduler.stop({ timeout: 0 })
    expect(await running).toMatchObject({ code: 'STOPPED' })
    await scheduler.start()
    expect(await scheduler.runJob('block', { ms: 1 })).toBe('done')
  })
})

describe('an action given as a file', () => {
  const refused = (job: object): unknown => {
    try {
      scheduler = new SchedulerPlugin<unknown>({ store: 'memory://refused' })
      return new SchedulerPlugin({ jobs: { job: { schedule: null, ...job } as Job } })
    } catch (error) {
      return error
    }
  }

  it('runs in a thread by default, without a database of its own, with a warning where there is one', async () => {
    await start({ report: { schedule: null, action: fileOf('report') } })
    await scheduler.install({ connected: true })
    const result = await scheduler.runJob('report')
    expect(result).toMatchObject({ database: undefined, pid: process.pid })
    expect(warnings).toEqual([
      expect.stringMatching(/isolated actions get no database.*isolation: \{ database: new URL/),
      'from the worker',
    ])
  })

  it.each([
    [
      'a function with isolate',
      { action: (): number => 1, isolate: 'thread' },
      /URL of a file for an isolated job, got a function.*default export/,
    ],
    [
      'a function with limits',
      { action: (): number => 1, resourceLimits: {} },
      /URL of a file for an isolated job, got a function/,
    ],
    ['a file that does not exist', { action: fileOf('nowhere') }, /does not exist: file:.*nowhere\.ts.*bundled/],
    ['another URL', { action: new URL('https://example.com/a.js') }, /to be a file: URL/],
    ['a path', { action: './a.js' }, /action to be a function .*, or the URL of an action's file/],
    ['an unknown place', { action: fileOf('report'), isolate: 'fiber' }, /isolate to be one of 'thread', 'process'/],
  ])('is refused at once: %s', (_, job, message) => {
    expect(refused(job)).toMatchObject({ code: 'INVALID_JOB', message: expect.stringMatching(message) as string })
  })

  it('is refused with wrong options of the isolation, beside all other mistakes', () => {
    expect(refused({ action: () => 1 })).toBeInstanceOf(SchedulerPlugin)
    expect(() => new SchedulerPlugin({ isolation: { maxIdle: -1 } })).toThrow(/maxIdle/)
    expect(() => new SchedulerPlugin({ isolation: { database: fileOf('nowhere') } })).toThrow(/does not exist/)
  })

  it('leaves the definition in the bucket as it would be for a function', async () => {
    await start({ job: { schedule: '0 0 1 1 *', action: fileOf('report'), isolate: 'process', onHang: 'wait' } })
    await scheduler.updateJob('job', { action: () => 'in process', isolate: undefined } as never)
    expect(await scheduler.runJob('job')).toBe('in process')
  })
})

import { silentLogger, systemClock } from '@s3sched/kernel'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { audit, SchedulerPlugin, type Job, type SchedulerOptions } from '../../src/index.ts'

type Scheduler = SchedulerPlugin<unknown>
type Jobs = Readonly<Record<string, Job<unknown>>>

/** A store for the suite alone. */
export interface ScenarioStore {
  readonly connection: string
  readonly remove: () => Promise<void>
}

/** A promise with its `resolve`. */
function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined
  const promise = new Promise<void>((settle) => (resolve = settle))
  return { promise, resolve }
}

/** A fleet's scenarios, the same on every kind of store, by the real clock. */
export function describeScenarios(open: () => Promise<ScenarioStore>): void {
  let place: ScenarioStore
  const schedulers: Scheduler[] = []
  beforeEach(async () => {
    place = await open()
  })
  afterEach(async () => {
    await Promise.all(schedulers.splice(0).map((scheduler) => scheduler.stop({ timeout: 0 })))
    await place.remove()
  })

  async function boot(workerId: string, jobs: Jobs, options: Partial<SchedulerOptions> = {}): Promise<Scheduler> {
    const scheduler = new SchedulerPlugin<unknown>({
      workerId,
      jobs,
      store: place.connection,
      skipColdStart: true,
      heartbeatInterval: 5000,
      logger: silentLogger,
      ...(options as object),
    })
    schedulers.push(scheduler)
    await scheduler.start()
    return scheduler
  }

  /** The first instance, once it leads. */
  async function bootLeader(jobs: Jobs): Promise<Scheduler> {
    const promoted = deferred()
    const scheduler = await boot('a', jobs)
    scheduler.on('plg:scheduler:coordinator-promoted', () => promoted.resolve())
    if (scheduler.isLeader()) promoted.resolve()
    await promoted.promise
    return scheduler
  }

  /** Resolves when the instances together have completed `count` runs. */
  function completed(count: number, ...instances: readonly Scheduler[]): Promise<void> {
    const reached = deferred()
    let ended = 0
    for (const instance of instances) instance.on('jobCompleted', () => void (++ended === count && reached.resolve()))
    return reached.promise
  }

  it('two instances run each tick once, and the bucket accounts for all of them', async () => {
    const ticks: number[] = []
    const jobs: Jobs = {
      secondly: {
        schedule: '* * * * * *',
        catchUp: 'all',
        overlap: 'queue',
        action: (_, { scheduledTime }) => void ticks.push(scheduledTime.getTime()),
      },
    }
    const a = await bootLeader(jobs)
    const b = await boot('b', jobs)
    await completed(3, a, b)
    await Promise.all([a.stop(), b.stop()])
    expect(ticks).toEqual(ticks.map((_, index) => (ticks[0] ?? 0) + index * 1000))
    // On a loaded machine, ticks fall due during the stop and afterwards, and stay open.
    expect(await audit(place.connection, { until: ticks.at(-1) ?? 0 })).toMatchObject([
      { job: 'secondly', ran: ticks.length, unaccounted: 0, doubled: 0, lost: 0, open: 0 },
    ])
  })

  it('a clean stop hands over to a follower, and no tick is lost', async () => {
    let last = 0
    const jobs: Jobs = {
      secondly: {
        schedule: '* * * * * *',
        catchUp: 'all',
        overlap: 'queue',
        action: (_, { scheduledTime }) => void (last = Math.max(last, scheduledTime.getTime())),
      },
    }
    const a = await bootLeader(jobs)
    const b = await boot('b', jobs)
    await completed(1, a)
    const promoted = new Promise((resolve) => b.once('plg:scheduler:coordinator-promoted', resolve))
    const byOther = completed(2, b)
    await a.stop()
    expect(await promoted).toMatchObject({ workerId: 'b', epoch: 2 })
    await byOther
    await b.stop()
    const [audited] = await audit(place.connection, { until: last })
    expect(audited).toMatchObject({ missed: 0, skipped: 0, lost: 0, unaccounted: 0, doubled: 0, open: 0 })
    expect(audited?.ran).toBe(audited?.expected)
  })

  it('a run by hand works on any instance, with retries and chains, and all see its history', async () => {
    const jobs: Jobs = {
      first: {
        schedule: null,
        retries: 1,
        backoff: [10],
        action: (_, { attempt, log }) => {
          log(`attempt ${attempt}`)
          if (attempt === 1) throw new Error('once more')
          return { attempt }
        },
      },
      next: { schedule: null, after: 'first', action: () => 'next' },
    }
    const a = await bootLeader(jobs)
    const b = await boot('b', jobs)
    const chained = new Promise((resolve) => a.on('jobCompleted', (run) => run.jobName === 'next' && resolve(run)))
    expect(await a.runJob('first')).toEqual({ attempt: 2 })
    expect(await chained).toMatchObject({ trigger: 'chain', result: 'next' })
    expect(await b.runJob('first')).toEqual({ attempt: 2 })
    const history = await a.getJobHistory('first')
    expect(history.map(({ status, attempts, workerId }) => [status, attempts, workerId])).toEqual([
      ['success', 2, 'b'],
      ['success', 2, 'a'],
    ])
    expect(history[0]?.log.map(({ message }) => message)).toEqual(['attempt 1', 'attempt 2'])
  })

  it('a job that runs is not started a second time, wherever', async () => {
    const release = deferred()
    const jobs: Jobs = { job: { schedule: null, action: () => release.promise } }
    const a = await bootLeader(jobs)
    const b = await boot('b', jobs)
    const started = new Promise((resolve) => b.once('jobStarted', resolve))
    const running = b.runJob('job')
    await started
    await expect(a.runJob('job')).rejects.toThrow("Job 'job' is already running")
    release.resolve()
    await running
    await a.runJob('job')
  })

  it('changes hold in the whole fleet and over restarts', async () => {
    const jobs: Jobs = { job: { schedule: '0 0 1 1 *', action: () => 1 } }
    const a = await bootLeader(jobs)
    await a.updateJob('job', { schedule: '0 0 1 6 *' })
    await a.disableJob('job')
    await a.addJob('added', { schedule: null, action: () => 1 })
    const b = await boot('b', jobs)
    await b.refresh()
    expect(b.getJobStatus('job')).toMatchObject({ paused: true, schedule: '0 0 1 6 *', nextRun: null })
    expect(b.getJobStatus('added')).toMatchObject({ name: 'added' })
    await b.enableJob('job')
    await a.removeJob('added')
    await Promise.all([a.refresh(), b.refresh()])
    expect(a.getJobStatus('job')).toMatchObject({ paused: false, nextRun: expect.any(Date) as Date })
    expect(b.getJobStatus('added')).toBeNull()
  })

  it('without a coordinator, runDue on two instances runs a tick once', async () => {
    const jobs: Jobs = { job: { schedule: '* * * * * *', action: () => 'done' } }
    const options = { enabled: false, enableCoordinator: false }
    const [a, b] = [await boot('a', jobs, options), await boot('b', jobs, options)]
    const ran: string[] = []
    while (ran.length < 2) {
      await systemClock.sleep(50)
      const passes = await Promise.all([a.runDue(), b.runDue()])
      ran.push(...passes.flat().map(({ runId, status }) => `${status} ${runId}`))
    }
    expect(ran.every((run) => run.startsWith('success'))).toBe(true)
    expect(await audit(place.connection)).toMatchObject([{ job: 'job', doubled: 0, unaccounted: 0 }])
  })
}

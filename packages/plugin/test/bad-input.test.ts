import { createMemoryStore } from '@s3sched/store'
import { createCountingStore } from '@s3sched/store/testing'
import { describe, expect, it } from 'vitest'
import { SchedulerError, SchedulerPlugin, type Job } from '../src/index.ts'

const job: Job<unknown> = { schedule: '0 * * * *', action: () => 1 }

function refusal(attempt: () => unknown): SchedulerError {
  try {
    attempt()
  } catch (error) {
    if (error instanceof SchedulerError) return error
    throw error
  }
  throw new Error('it was not refused')
}

const withOptions = (options: object): SchedulerError => refusal(() => new SchedulerPlugin<unknown>(options))
const withJob = (definition: object, name = 'x'): SchedulerError =>
  withOptions({ jobs: { [name]: { ...job, ...definition } } })

describe('bad input is refused at once, naming the value and what was expected', () => {
  it.each([
    [{ timezoen: 'UTC' }, /unknown option 'timezoen'. Did you mean 'timezone'/],
    [{ coordinator: true }, /unknown option 'coordinator'. Did you mean 'enableCoordinator'/],
    [{ concurency: 5 }, /unknown option 'concurency'. Did you mean 'maxConcurrentJobs'/],
    [{ tz: 'UTC' }, /unknown option 'tz'. Did you mean 'timezone'/],
    [{ heartbeatInterval: '5s' }, /expected heartbeatInterval to be an integer >= 500 and <= 86400000, got "5s"/],
    [{ maxConcurrentJobs: 0 }, /expected maxConcurrentJobs to be an integer >= 1/],
    [{ jobs: [] }, /expected jobs to be an object of jobs by name/],
    [{ jobs: new Map([['a', {}]]) }, /expected jobs to be an object of jobs by name, got Map\(1\)/],
    [{ jobs: Promise.resolve({}) }, /expected jobs to be an object of jobs by name, got Promise/],
    [{ workerId: '../x' }, /expected workerId to be 1 to 128 characters/],
    [
      { claimAhead: 5000, heartbeatInterval: 1000 },
      /expected claimAhead to be at most heartbeatInterval \(1000\), got 5000/,
    ],
    [{ prefix: 'jobs' }, /expected prefix to end with a slash, got 'jobs'/],
    [
      { timezone: 'Europe/Berln' },
      /^SchedulerPlugin: expected timezone to be an IANA time zone, got 'Europe\/Berln'. Did you mean 'Europe\/Berlin'/,
    ],
    [{ logger: {} }, /expected logger to be a logger/],
    [{ onJobStart: 1 }, /expected onJobStart to be a function, got 1/],
  ])('options %j', (options, message) => {
    const error = withOptions(options)
    expect(error.message).toMatch(message)
    expect(error).toMatchObject({ name: 'SchedulerError', code: 'INVALID_OPTIONS', statusCode: 400, retriable: false })
  })

  it('names everything that is wrong together', () => {
    expect(withOptions({ prefx: 'a', enabled: 1 }).message).toMatch(/prefx.*enabled.*Did you mean 'prefix'/)
  })

  it.each([
    [{ retry: 3 }, 'INVALID_JOB', /unknown option 'retry'. Did you mean 'retries'/],
    [{ schedule: '61 * * * *' }, 'INVALID_SCHEDULE', /^Job 'x' has invalid cron expression: '61 \* \* \* \*'.*0-59/],
    [
      { schedule: '0 0 30 2 *' },
      'INVALID_SCHEDULE',
      /^Job 'x' has (a cron expression that never fires|invalid cron expression): '0 0 30 2 \*'/,
    ],
    [{ timezone: 'Europe/Berln' }, 'INVALID_SCHEDULE', /Europe\/Berlin/],
    [{ schedule: { every: '5 parsecs' } }, 'INVALID_SCHEDULE', /^Job 'x' has invalid schedule/],
    [
      { schedule: { every: '5m', achor: 0, tz: 'UTC' } },
      'INVALID_SCHEDULE',
      /^Job 'x' has an interval with unknown fields: 'achor' \(did you mean 'anchor'\?\), 'tz'/,
    ],
    [{ schedule: { every: '5m', startDate: 0 } }, 'INVALID_SCHEDULE', /unknown fields: 'startDate'\. An interval has/],
    [{ schedule: { every: '5m', limit: 3 } }, 'INVALID_SCHEDULE', /unknown fields: 'limit'/],
    [{ schedule: { every: 1 } }, 'INVALID_SCHEDULE', /expected an interval of 100 ms or more, got 1ms\)\. Loop inside/],
    [{ schedule: { every: '99ms' } }, 'INVALID_SCHEDULE', /expected an interval of 100 ms or more, got 99ms/],
    [{ schedule: { every: '5m' }, timezone: 'Mars/Base' }, 'INVALID_SCHEDULE', /has invalid time zone: 'Mars\/Base'/],
    [
      { schedule: null, timezone: 'BST' },
      'INVALID_SCHEDULE',
      /has invalid time zone: 'BST'\. Abbreviations name no zone/,
    ],
    [
      { schedule: '15m' },
      'INVALID_SCHEDULE',
      /it is no cron expression\)\. Write an interval \{ every: '15m' \} in a job/,
    ],
    [{ schedule: '@reboot' }, 'INVALID_SCHEDULE', /runOnStart: true/],
    [
      { schedule: '*/30 2 * 3 0#2', timezone: 'America/New_York' },
      'INVALID_SCHEDULE',
      /never fires: '\*\/30 2 \* 3 0#2'\. On each of its days the clock of America\/New_York skips that hour/,
    ],
    [{ schedule: undefined }, 'INVALID_JOB', /expected schedule to be a cron expression.*it is missing/],
    [{ schedule: 5 }, 'INVALID_JOB', /expected schedule to be a cron expression.*got 5/],
    [{ action: undefined }, 'INVALID_JOB', /^Job 'x': expected action to be a function/],
    [{ action: 'run' }, 'INVALID_JOB', /expected action to be a function.*got "run"/],
    [{ retries: 101 }, 'INVALID_JOB', /expected retries to be an integer >= 0 and <= 100, got 101/],
    [{ timeout: -1 }, 'INVALID_JOB', /expected timeout to be an integer >= 0, got -1/],
    [{ backoff: 'never' }, 'INVALID_JOB', /^Job 'x'.*exponential/],
    [{ deadline: -1 }, 'INVALID_JOB', /expected deadline to be an integer >= 0, got -1/],
    [{ priority: 1001 }, 'INVALID_JOB', /expected priority to be an integer >= -1000 and <= 1000, got 1001/],
    [{ group: '' }, 'INVALID_JOB', /expected group to be a string/],
    [
      { group: 'g', groupLimit: 0 },
      'INVALID_JOB',
      /expected groupLimit to be an integer from 1 to 100000 for each process, or \{ process, fleet \}.*got 0/,
    ],
    [{ groupLimit: 2 }, 'INVALID_JOB', /^Job 'x': expected a group for groupLimit 2, got none\. Name the group/],
    [{ overlap: 'maybe' }, 'INVALID_JOB', /expected overlap to be one of 'skip', 'queue', 'allow', 'cancel'/],
    [{ shedule: '* * * * *' }, 'INVALID_JOB', /unknown option 'shedule'. Did you mean 'schedule'/],
    [{ cron: '* * * * *' }, 'INVALID_JOB', /unknown option 'cron'.* Did you mean 'schedule'/],
    [{ schedule: null, handler: () => 1 }, 'INVALID_JOB', /unknown option 'handler'. Did you mean 'action'/],
    [{ schedule: null, data: {} }, 'INVALID_JOB', /unknown option 'data'. Did you mean 'context'/],
    [{ after: 'y' }, 'INVALID_JOB', /Job 'x' comes after 'y', and there is no such job/],
    [{ after: 'x' }, 'INVALID_JOB', /can't come after itself/],
  ])('a job with %j', (definition, code, message) => {
    const error = withJob(definition)
    expect(error.message).toMatch(message)
    expect(error.code).toBe(code)
  })

  it.each(['', 'a\nb', '\u001b[2J', '\ud800', 'x'.repeat(129)])('a job named %j', (name) => {
    expect(withJob({}, name).message).toMatch(/expected a job name of 1 to 128 characters/)
  })

  it('carries what the cause suggests', () => {
    expect(withJob({ schedule: '0 9 * * mond' })).toMatchObject({
      code: 'INVALID_SCHEDULE',
      suggestion: "Did you mean 'mon'?",
      message:
        "Job 'x' has invalid cron expression: '0 9 * * mond' ('0 9 * * mond': day of week 'mond' is not understood). Did you mean 'mon'?",
    })
  })

  it.each([
    ['an async generator', async function* () {}],
    ['a generator', function* () {}],
  ])('an action that is %s, whose body nothing would run', (_, action) => {
    const error = withJob({ action })
    expect(error.message).toMatch(/^Job 'x': expected action to be a plain or an async function, got a generator/)
    expect(error.code).toBe('INVALID_JOB')
  })

  it('names all mistakes of a job together, whatever they are about', () => {
    const { message, context } = withJob({
      shedule: 1,
      retries: -1,
      schedule: '61 * * * *',
      backoff: 'never',
      after: 'x',
      action: function* () {},
    })
    for (const expected of [/'shedule'/, /retries/, /61/, /exponential/, /after itself/, /got a generator/]) {
      expect(message).toMatch(expected)
    }
    expect(context['problems']).toHaveLength(5)
  })

  it('names the mistakes of the options, of all jobs and of their graph together', () => {
    const { code, message } = withOptions({
      prefx: 'a',
      timezone: 'BST',
      jobs: {
        first: { ...job, schedule: '61 * * * *' },
        second: { ...job, retries: -1, after: 'first' },
        third: { ...job, after: 'nobody' },
        fourth: { ...job, after: 'fourthh' },
        a: { ...job, after: 'b' },
        b: { ...job, after: 'a' },
      },
    })
    expect(code).toBe('INVALID_OPTIONS')
    for (const expected of [
      /'prefx'/,
      /'BST'/,
      /Job 'first'/,
      /Job 'second'.*retries/,
      /Job 'third' comes after 'nobody'/,
      /Job 'fourth' comes after 'fourthh', and there is no such job\. Define 'fourthh' first/,
      /wait for each other/,
    ]) {
      expect(message).toMatch(expected)
    }
    // A job refused for another reason still counts as an existing job.
    expect(message).not.toContain("comes after 'first'")
    expect(message.match(/wait for each other/g)).toHaveLength(1)
  })

  it('names twenty mistakes, and counts the others', () => {
    const jobs = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`job-${index}`, { ...job, retries: -1 }]))
    const { message } = withOptions({ jobs })
    expect(message).toContain("Job 'job-19'")
    expect(message).not.toContain("Job 'job-20'")
    expect(message).toMatch(/; and 5 more$/)
  })

  it('never suggests the job itself as its predecessor', () => {
    expect(withJob({ after: 'b' }, 'a').suggestion).toBe("Define 'b' first")
    const jobs = { repot: { ...job, after: 'report' }, reports: job }
    expect(withOptions({ jobs }).suggestion).toBe("Did you mean 'reports'?")
  })

  it('says what jobs cost that run more often than once a second', () => {
    const warnings: string[] = []
    const logger = { debug() {}, info() {}, warn: (text: string) => void warnings.push(text), error() {} }
    const every = (interval: string | number): Job<unknown> => ({ ...job, schedule: { every: interval } })
    const scheduler = new SchedulerPlugin<unknown>({
      store: createMemoryStore(),
      logger,
      jobs: { fast: every('500ms'), calm: every('1s'), job },
    })
    expect(warnings).toEqual([
      "job 'fast' runs more often than once a second: the requests cost about 26 US$ a month at S3's list prices. Loop inside the action of a slower job",
    ])
    scheduler.addJob('faster', every(100)).catch(() => {})
    scheduler.updateJob('calm', { schedule: { every: '250ms' } }).catch(() => {})
    expect(warnings.slice(1)).toEqual([
      expect.stringMatching(/^job 'faster' runs .* 130 US\$/),
      expect.stringMatching(/^job 'calm' runs .* 52 US\$/),
    ])
  })

  it('jobs that wait for each other', () => {
    const jobs = { a: { ...job, after: 'c' }, b: { ...job, after: 'a' }, c: { ...job, after: 'b' } }
    expect(withOptions({ jobs }).message).toMatch(/wait for each other: a after c after b after a/)
  })

  it('methods called with a job that is not there, before any request', async () => {
    const { requests, store } = createCountingStore(createMemoryStore())
    const scheduler = new SchedulerPlugin<unknown>({ store, jobs: { cleanup: job } })
    const unknown = {
      code: 'JOB_NOT_FOUND',
      statusCode: 404,
      message: "Job 'cleanupp' not found. Did you mean 'cleanup'?",
    }
    for (const method of ['enableJob', 'disableJob', 'removeJob'] as const) {
      expect(refusal(() => scheduler[method]('cleanupp'))).toMatchObject(unknown)
    }
    await expect(scheduler.runJob('cleanupp')).rejects.toMatchObject(unknown)
    expect(refusal(() => scheduler.updateJob('nope', {})).message).toBe("Job 'nope' not found. Known are 'cleanup'")
    expect(refusal(() => scheduler.addJob('cleanup', job)).message).toMatch("Job 'cleanup' already exists")
    expect(refusal(() => scheduler.addJob('new', { ...job, schedule: 'often' })).code).toBe('INVALID_SCHEDULE')
    expect(refusal(() => scheduler.addJob('new', { ...job, after: 'nobody' })).code).toBe('INVALID_JOB')
    expect(refusal(() => scheduler.updateJob('cleanup', { retries: -1 })).code).toBe('INVALID_JOB')
    expect(Object.keys(scheduler.listJobs())).toEqual(['cleanup'])
    expect(requests).toEqual({ get: 0, notModified: 0, put: 0, delete: 0, list: 0 })
  })

  it('a database that is not connected, or has no bucket', async () => {
    const scheduler = new SchedulerPlugin<unknown>({ jobs: { job } })
    await scheduler.install({ connected: false })
    await expect(scheduler.start()).rejects.toMatchObject({
      code: 'NOT_STARTED',
      message: expect.stringMatching(/connect\(\)/) as string,
    })
    await scheduler.install({ client: {} })
    await expect(scheduler.start()).rejects.toThrow(/Give the scheduler a store of its own/)
  })

  it('a connection string, without saying its secrets', async () => {
    const scheduler = new SchedulerPlugin<unknown>({ store: 's4://key:hidden@bucket', jobs: { job } })
    const error = await scheduler.start().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'SchedulerError', message: expect.stringMatching(/s4/) as string })
    expect(String(error)).not.toContain('hidden')
  })
})

describe('a listener that is no function', () => {
  it('is refused, with its event and its value', () => {
    const scheduler = new SchedulerPlugin<unknown>({ store: createMemoryStore() })
    const message = "expected the listener of 'jobStarted' to be a function, got undefined"
    for (const add of ['on', 'once', 'addListener'] as const) {
      expect(refusal(() => scheduler[add]('jobStarted', undefined as never))).toMatchObject({
        code: 'INVALID_ARGUMENT',
        message,
      })
    }
  })
})

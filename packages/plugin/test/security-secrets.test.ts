import { inspect } from 'node:util'
import type { Logger } from '@s3sched/kernel'
import { createMemoryStore } from '@s3sched/store'
import { startS3Server, type S3ErrorAnswer } from '@s3sched/store/testing'
import { describe, expect, it } from 'vitest'
import { Database, SchedulerPlugin } from '../src/index.ts'

const SECRET = 'hunter2/with+signs'
const TOKEN = 'tok3n"quoted'
const VERBS = ['GET', 'PUT', 'DELETE', 'BATCH', 'LIST'] as const

function shown(value: unknown): string {
  return inspect(value, { depth: 12, showHidden: true, maxStringLength: null, maxArrayLength: null })
}

/** Every text that a scheduler and a database show, throw, announce and log while all requests get the same answer. */
async function everythingShown(answer: S3ErrorAnswer | 'lostBefore', healthyFirst: boolean): Promise<string> {
  await using server = await startS3Server()
  const told: unknown[] = []
  const log = (...line: unknown[]): void => void told.push(line)
  const logger: Logger = { debug: log, info: log, warn: log, error: log }
  const host = server.endpoint.replace('http://', '')
  const credentials = `key:${encodeURIComponent(SECRET)}`
  const store = `http://${credentials}@${host}/bucket/prefix?sessionToken=${encodeURIComponent(TOKEN)}`
  const scheduler = new SchedulerPlugin({
    store,
    logger,
    skipColdStart: true,
    jobs: {
      job: {
        schedule: '0 0 1 1 *',
        action: () => {
          throw new Error('the action failed')
        },
      },
    },
  })
  for (const event of ['error', 'jobFailed', 'plg:scheduler:coordinator-demoted'] as const) {
    scheduler.on(event, (payload: unknown) => void told.push(event, payload))
  }
  const database = new Database({ connectionString: store, logger })
  const fail = (): void => {
    for (const verb of VERBS) server.script(verb, ...Array.from({ length: 2000 }, () => answer))
  }
  const attempt = async (call: () => unknown): Promise<void> => {
    const timeUp = AbortSignal.timeout(150)
    const ended = Promise.resolve()
      .then(call)
      .catch((error: unknown) => error)
    const silence = new Promise((resolve) => timeUp.addEventListener('abort', () => resolve('still trying')))
    told.push(await Promise.race([ended, silence]))
  }
  if (healthyFirst) await scheduler.start()
  fail()
  const calls = [
    () => scheduler.start(),
    () => scheduler.runJob('job'),
    () => scheduler.disableJob('job'),
    () => scheduler.requestRun('job'),
    () => scheduler.getJobHistory('job'),
    () => scheduler.getActiveWorkers(),
    () => database.connect(),
  ]
  for (const call of calls) await attempt(call)
  told.push(scheduler, database, scheduler.getJobStatus('job'))
  await attempt(() => scheduler.stop({ timeout: 0 }))
  return shown(told)
}

describe('no secret of the connection is shown, thrown, announced or logged', () => {
  it.each<[string, S3ErrorAnswer | 'lostBefore']>([
    ['a lost connection', 'lostBefore'],
    ['an error that repeats the secret', { status: 403, code: 'SignatureDoesNotMatch', message: `you sent ${SECRET}` }],
    ['an odd error that repeats both', { status: 418, code: 'Teapot', message: `${SECRET} ${TOKEN}` }],
    ['a 503 that repeats the token', { status: 503, code: 'SlowDown', message: TOKEN }],
  ])('%s, from the start and in the midst', async (_, answer) => {
    for (const healthyFirst of [false, true]) {
      const text = await everythingShown(answer, healthyFirst)
      expect(text.length).toBeGreaterThan(1000)
      expect(text).not.toContain('hunter2')
      expect(text).not.toContain('tok3n')
    }
  })

  it.each([
    `s3://key:${SECRET}@bucket?regoin=x`,
    `s3://key:${encodeURIComponent(SECRET)}@bucket?sesionToken=${encodeURIComponent(TOKEN)}`,
    `https://key:${encodeURIComponent(SECRET)}@`,
    `s3//key:${SECRET}@bucket`,
  ])('a connection string that is refused (%#)', async (store) => {
    for (const make of [
      () => new SchedulerPlugin({ store, jobs: {} }).start(),
      async () => new Database({ connectionString: store }).connect(),
    ]) {
      const outcome = Promise.resolve()
        .then(make)
        .then(
          () => 'started',
          (error: unknown) => error,
        )
      await expect(outcome.then(shown)).resolves.not.toMatch(/hunter2|tok3n|started/)
    }
  })
})

describe('a connection string in the wrong place is not shown with its secret', () => {
  const misplaced = `s3://key:${SECRET}@bucket` as never
  const job = { schedule: '0 0 1 1 *', action: () => 1 }
  const scheduler = new SchedulerPlugin<unknown>({ store: createMemoryStore(), jobs: { job } })
  const database = new Database({ connectionString: 'memory://misplaced' })
  it.each<[string, () => unknown]>([
    ['the options of a database', () => new Database(misplaced)],
    ['an option of a database', () => new Database({ connectionString: misplaced, prefix: misplaced })],
    ['the options of a scheduler', () => new SchedulerPlugin(misplaced)],
    ['the name of an option', () => new SchedulerPlugin({ [misplaced]: 1 })],
    ['an option of another type', () => new SchedulerPlugin({ heartbeatInterval: misplaced })],
    ['a prefix', () => new SchedulerPlugin({ prefix: misplaced })],
    ['a worker id', () => new SchedulerPlugin({ workerId: misplaced })],
    ['a zone', () => new SchedulerPlugin({ timezone: misplaced })],
    ['the name of a job', () => scheduler.addJob(misplaced, job)],
    ['a definition', () => scheduler.addJob('new', misplaced)],
    ['a schedule', () => scheduler.addJob('new', { ...job, schedule: misplaced })],
    ['an interval', () => scheduler.addJob('new', { ...job, schedule: { every: misplaced } })],
    ['the zone of a job', () => scheduler.addJob('new', { ...job, timezone: misplaced })],
    ['a predecessor', () => scheduler.addJob('new', { ...job, after: misplaced })],
    ['a job to run', () => scheduler.runJob(misplaced)],
    ['a job to ask for', () => scheduler.requestRun(misplaced)],
    ['a job whose history is asked for', () => scheduler.getJobHistory('job', { status: misplaced })],
    ['a resource', () => database.createResource({ name: misplaced, attributes: {} })],
    ['an attribute', () => database.createResource({ name: 'a', attributes: { [misplaced]: misplaced } })],
  ])('as %s', async (_, call) => {
    const thrown = await Promise.resolve()
      .then(call)
      .catch((error: unknown) => error)
    expect(thrown).toBeInstanceOf(Error)
    expect(shown(thrown)).not.toContain('hunter2')
  })
})

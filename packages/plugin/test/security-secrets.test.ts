import { inspect } from 'node:util'
import type { Logger } from '@s3sched/kernel'
import { startS3Server, type S3ErrorAnswer } from '@s3sched/store/testing'
import { describe, expect, it } from 'vitest'
import { Database, SchedulerPlugin } from '../src/index.ts'

const SECRET = 'hunter2/with+signs'
const TOKEN = 'tok3n"quoted'
const VERBS = ['GET', 'PUT', 'DELETE', 'BATCH', 'LIST'] as const

function shown(value: unknown): string {
  return inspect(value, { depth: 12, showHidden: true, maxStringLength: null, maxArrayLength: null })
}

/** Everything that a scheduler and a database show, throw, announce and log while each request gets the same answer. */
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

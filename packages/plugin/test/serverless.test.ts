import { createServer, request as sendRequest } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFaultyStore } from '@s3sched/store/testing'
import { createSeededRandom } from '@s3sched/kernel/testing'
import { silentLogger } from '@s3sched/kernel'
import type { ObjectStore } from '@s3sched/store'
import { createScheduler, type Scheduler } from '../src/index.ts'
import {
  createDueHandler,
  createDueLambda,
  createDueWorker,
  toNodeListener,
  type DuePass,
  type LambdaReply,
} from '../src/serverless/index.ts'
import { createFleet, during, MINUTE, SECOND, type Fleet } from './fleet.ts'

const SECRET = 'sixteen characters'
const URL_OF_CRON = 'https://app.example/api/cron'

let fleet: Fleet
beforeEach(() => void (fleet = createFleet()))
afterEach(() => vi.unstubAllEnvs())

type Jobs = Record<string, { schedule: string | null; action: (context: { signal: AbortSignal }) => unknown }>

const maker =
  (jobs: Jobs, store: ObjectStore = fleet.store) =>
  (): Scheduler =>
    createScheduler({
      store,
      prefix: '',
      jobs,
      clock: fleet.clock,
      enableCoordinator: false,
      logger: silentLogger,
    }) as object as Scheduler

const minutely = (action: Jobs[string]['action']): Jobs => ({ job: { schedule: '* * * * *', action } })

/** Defines the jobs by a pass, and waits for their first ticks. */
async function due(jobs: Jobs): Promise<() => Scheduler> {
  const make = maker(jobs)
  const first = make()
  await during(fleet.clock, first.runDue())
  await during(fleet.clock, first.stop())
  await fleet.clock.advance(MINUTE)
  return make
}

const call = (given?: string, method = 'GET'): Request =>
  new Request(URL_OF_CRON, { method, headers: given === undefined ? {} : { authorization: given } })

const passOf = async (response: Response): Promise<DuePass> => (await response.json()) as DuePass

describe('a handler of due runs', () => {
  it('runs what is due, and its answer says what ran', async () => {
    const make = await due({
      ...minutely(() => 'done'),
      broken: {
        schedule: '* * * * *',
        action: () => {
          throw new Error('no')
        },
      },
    })
    const handler = createDueHandler(make, { secret: SECRET, clock: fleet.clock })
    const response = await during(fleet.clock, handler(call(`Bearer ${SECRET}`)))
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store'])
    const pass = await passOf(response)
    expect(pass.outcome).toBe('done')
    expect(pass.runs.map(({ jobName, status }) => `${jobName} ${status}`).toSorted()).toEqual([
      'broken failed',
      'job success',
    ])
    expect(await passOf(await during(fleet.clock, handler(call(`bearer ${SECRET}`, 'POST'))))).toMatchObject({
      runs: [],
    })
  })

  it.each([
    ['no secret', undefined],
    ['another secret', 'Bearer another secret here'],
    ['the secret by another scheme', `Basic ${SECRET}`],
    ['a part of the secret', `Bearer ${SECRET.slice(0, -1)}`],
  ])('runs nothing for a caller with %s', async (_, given) => {
    const make = vi.fn<() => Scheduler>(maker({}))
    const response = await createDueHandler(make, { secret: SECRET })(call(given))
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="s3sched"'])
    expect(make).not.toHaveBeenCalled()
  })

  it("takes Vercel's CRON_SECRET, and lets nobody in while the variable is unset or short", async () => {
    const handler = createDueHandler(maker({}), { clock: fleet.clock })
    vi.stubEnv('CRON_SECRET', '')
    expect((await handler(call('Bearer '))).status).toBe(500)
    vi.stubEnv('CRON_SECRET', 'short')
    expect((await handler(call('Bearer short'))).status).toBe(500)
    vi.stubEnv('CRON_SECRET', SECRET)
    expect((await during(fleet.clock, handler(call(`Bearer ${SECRET}`)))).status).toBe(200)
  })

  it('asks the function of the application instead, and takes its error for a refusal', async () => {
    const authorize = vi.fn<(request: Request) => boolean>((request) => {
      if (request.method === 'POST') throw new Error('no')
      return request.headers.get('authorization') === 'yes'
    })
    const handler = createDueHandler(maker({}), { authorize, clock: fleet.clock })
    expect((await handler(call('no'))).status).toBe(401)
    expect((await handler(call('yes', 'POST'))).status).toBe(401)
    expect((await during(fleet.clock, handler(call('yes')))).status).toBe(200)
  })

  it('refuses other methods than GET and POST', async () => {
    const response = await createDueHandler(maker({}), { secret: SECRET })(call(`Bearer ${SECRET}`, 'DELETE'))
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST'])
  })

  it('tells open runs to end at its limit, records their ends, and answers within 5 s', async () => {
    const make = await due({
      ...minutely(({ signal }) => fleet.clock.sleep(10 * MINUTE, signal)),
      deaf: { schedule: '* * * * *', action: () => fleet.clock.sleep(10 * MINUTE) },
    })
    const before = fleet.clock.now()
    const handler = createDueHandler(make, { secret: SECRET, limitMs: 10 * SECOND, clock: fleet.clock })
    const pass = await passOf(await during(fleet.clock, handler(call(`Bearer ${SECRET}`))))
    expect(fleet.clock.now() - before).toBeLessThanOrEqual(15 * SECOND)
    expect(pass.outcome).toBe('cut')
    expect(Object.fromEntries(pass.runs.map(({ jobName, status }) => [jobName, status]))).toMatchObject({
      job: 'cancelled',
    })
    const history = await during(fleet.clock, make().getJobHistory('job'))
    expect(history).toMatchObject([{ status: 'cancelled' }])
  })

  it('ends at its limit too where the scheduler is not made, or the caller not judged', async () => {
    const never = new Promise<never>(() => undefined)
    const limits = { limitMs: 10 * SECOND, clock: fleet.clock }
    const before = fleet.clock.now()
    const unmade = createDueHandler(() => never, { secret: SECRET, ...limits })
    const response = await during(fleet.clock, unmade(call(`Bearer ${SECRET}`)))
    expect([response.status, (await passOf(response)).error?.code]).toEqual([503, 'TIMEOUT'])
    const unjudged = createDueHandler(maker({}), { authorize: () => never, ...limits })
    expect((await during(fleet.clock, unjudged(call()))).status).toBe(401)
    expect(fleet.clock.now() - before).toBeLessThanOrEqual(21 * SECOND)
  })

  it('passes at the same time stop only their own runs', async () => {
    let ends = 0
    const make = await due(
      minutely(async ({ signal }) => {
        await fleet.clock.sleep(20 * SECOND, signal)
        return ends++
      }),
    )
    const handler = createDueHandler(make, { secret: SECRET, clock: fleet.clock })
    const [first, second] = await during(
      fleet.clock,
      Promise.all([handler(call(`Bearer ${SECRET}`)), handler(call(`Bearer ${SECRET}`))]),
    )
    expect([...(await passOf(first)).runs, ...(await passOf(second)).runs]).toHaveLength(1)
    expect(ends).toBe(1)
  })

  it('answers 503 while the store is down, and 500 to a mistake, without a secret of the message', async () => {
    const { store, partition } = createFaultyStore(fleet.store, { clock: fleet.clock, random: createSeededRandom(1) })
    partition('requests')
    const down = createDueHandler(maker({}, store), { secret: SECRET, clock: fleet.clock })
    const response = await during(fleet.clock, down(call(`Bearer ${SECRET}`)))
    expect([response.status, (await passOf(response)).error?.code]).toEqual([503, 'STORE'])
    const wrong = createDueHandler(
      () => {
        throw new Error('cannot open s3://key:topsecret@bucket')
      },
      { secret: SECRET },
    )
    const answer = await wrong(call(`Bearer ${SECRET}`))
    expect(answer.status).toBe(500)
    expect(await answer.text()).not.toContain('topsecret')
  })

  it('refuses wrong options, and a scheduler in the place of its maker', () => {
    expect(() => createDueHandler(maker({}), { secret: 'short' })).toThrow('expected secret to be a secret of 16')
    expect(() => createDueHandler(maker({}), { secret: SECRET, authorize: () => true })).toThrow('got both')
    expect(() => createDueHandler(maker({})() as never)).toThrow('each pass has a scheduler of its own')
  })
})

describe('the same on a platform', () => {
  const context = (ms = 60_000): { getRemainingTimeInMillis: () => number } => ({ getRemainingTimeInMillis: () => ms })

  it('Lambda gets the pass for an event of a timer, without a secret', async () => {
    const lambda = createDueLambda(await due(minutely(() => 1)), { clock: fleet.clock })
    const event = { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} }
    expect(await during(fleet.clock, lambda(event, context()))).toMatchObject({
      outcome: 'done',
      runs: [{ jobName: 'job', status: 'success' }],
    })
  })

  it('Lambda cuts a pass before the function ends', async () => {
    const make = await due(minutely(({ signal }) => fleet.clock.sleep(10 * MINUTE, signal)))
    const before = fleet.clock.now()
    const lambda = createDueLambda(make, { clock: fleet.clock })
    expect(await during(fleet.clock, lambda({}, context(20_000)))).toMatchObject({ outcome: 'cut' })
    expect(fleet.clock.now() - before).toBeLessThan(20_000)
  })

  it.each([
    ['a function URL', { requestContext: { http: { method: 'GET' } } }],
    ['a REST API', { httpMethod: 'POST' }],
  ])('Lambda asks for the secret in a request of %s', async (_, event) => {
    const lambda = createDueLambda(await due(minutely(() => 1)), { secret: SECRET, clock: fleet.clock })
    expect(await lambda({ ...event, headers: {} }, context())).toMatchObject({ statusCode: 401 })
    const headers = { authorization: `Bearer ${SECRET}` }
    const reply = (await during(fleet.clock, lambda({ ...event, headers }, context()))) as LambdaReply
    expect(reply).toMatchObject({ statusCode: 200, headers: { 'content-type': 'application/json' } })
    expect(JSON.parse(reply.body)).toMatchObject({ outcome: 'done', runs: [{ jobName: 'job' }] })
  })

  it('a failed pass is an error of the function, so that the platform notices', async () => {
    const make = (): never => {
      throw new Error('no')
    }
    await expect(createDueLambda(make)({}, context())).rejects.toMatchObject({ code: 'UNKNOWN' })
    await expect(createDueWorker(make).scheduled({}, {})).rejects.toMatchObject({ code: 'UNKNOWN' })
  })

  it('a worker makes its scheduler from the bindings, for requests with the secret and for its own timer', async () => {
    const jobs = minutely(() => 1)
    await due(jobs)
    const bindings: unknown[] = []
    const worker = createDueWorker(
      (env: { name: string }) => {
        bindings.push(env.name)
        return maker(jobs)()
      },
      { secret: SECRET, clock: fleet.clock },
    )
    expect((await worker.fetch(call(), { name: 'x' })).status).toBe(401)
    const response = await during(fleet.clock, worker.fetch(call(`Bearer ${SECRET}`), { name: 'fetch' }))
    expect(await passOf(response)).toMatchObject({ runs: [{ jobName: 'job' }] })
    await during(fleet.clock, worker.scheduled({ cron: '* * * * *' }, { name: 'scheduled' }))
    expect(bindings).toEqual(['fetch', 'scheduled'])
  })

  it("Node's http gets status, headers and body", async () => {
    const make = (): Scheduler => createScheduler({ store: 'memory://serverless-node' })
    const listener = toNodeListener(createDueHandler(make, { secret: SECRET }))
    const server = createServer((req, res) => void listener(req, res)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const get = (headers: Record<string, string>): Promise<Response> =>
      fetch(`http://127.0.0.1:${port}/cron?x=1`, { headers })
    expect((await get({})).status).toBe(401)
    const response = await get({ authorization: `Bearer ${SECRET}` })
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json'])
    expect(await passOf(response)).toMatchObject({ outcome: 'done', runs: [] })
    server.close()
  })

  it("Node's http answers a method that no Request has, and a path that is no URL", async () => {
    const listener = toNodeListener(createDueHandler(maker({}), { secret: SECRET }))
    const server = createServer((req, res) => void listener(req, res)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const status = async (method: string, path: string): Promise<number | undefined> => {
      const sent = sendRequest({ host: '127.0.0.1', port, method, path, agent: false }).end()
      const [{ statusCode }] = (await once(sent, 'response')) as [{ statusCode?: number }]
      return statusCode
    }
    expect([await status('TRACE', '/cron'), await status('GET', '//'), await status('GET', '//:x')]).toEqual([
      400, 401, 401,
    ])
    server.closeAllConnections()
    server.close()
  })
})

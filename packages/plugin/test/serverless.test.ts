import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { beforeEach, describe, expect, it } from 'vitest'
import { createFaultyStore } from '@s3sched/store/testing'
import { createSeededRandom } from '@s3sched/kernel/testing'
import { silentLogger } from '@s3sched/kernel'
import type { ObjectStore } from '@s3sched/store'
import { createScheduler, type Scheduler } from '../src/index.ts'
import { createDueHandler, createDueLambda, toNodeListener, type DuePass } from '../src/serverless/index.ts'
import { createFleet, during, MINUTE, SECOND, type Fleet } from './fleet.ts'

const SECRET = 'sixteen characters'
const URL_OF_CRON = 'https://app.example/api/cron'

let fleet: Fleet
beforeEach(() => void (fleet = createFleet()))

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

  it('answers 503 while the store is down', async () => {
    const { store, partition } = createFaultyStore(fleet.store, { clock: fleet.clock, random: createSeededRandom(1) })
    partition('requests')
    const down = createDueHandler(maker({}, store), { secret: SECRET, clock: fleet.clock })
    const response = await during(fleet.clock, down(call(`Bearer ${SECRET}`)))
    expect([response.status, (await passOf(response)).error?.code]).toEqual([503, 'STORE'])
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
})

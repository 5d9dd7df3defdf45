import { createServer, request as sendRequest } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createManualClock, type ManualClock } from '@s3sched/kernel/testing'
import {
  createDueHandler,
  createDueLambda,
  createDueWorker,
  toNodeListener,
  type DuePass,
  type LambdaReply,
  type PassingScheduler,
} from './index.ts'

const SECRET = 'sixteen characters'
const LIMIT_MS = 10_000

let clock: ManualClock
let stops: number[]
beforeEach(() => {
  clock = createManualClock(Date.UTC(2026, 0, 5, 12))
  stops = []
})
afterEach(() => vi.unstubAllEnvs())

/** A scheduler with one due run of the job `job`. */
function scripted(runDue: () => Promise<unknown> = async () => []): PassingScheduler {
  const run = { jobName: 'job', runId: '1' }
  const listeners = new Map<string, (event: never) => void>()
  const tell = (event: string, payload: object): void => listeners.get(event)?.(payload as never)
  return {
    on: (event: string, listener: (event: never) => void) => listeners.set(event, listener),
    async runDue() {
      tell('jobStarted', run)
      await runDue()
      tell('jobCompleted', run)
    },
    async stop({ timeout }) {
      stops.push(timeout)
    },
  }
}

const call = (given?: string, method = 'GET'): Request =>
  new Request('https://app.example/api/cron', { method, headers: given === undefined ? {} : { authorization: given } })
const allowed = (method?: string): Request => call(`Bearer ${SECRET}`, method)
const passOf = async (response: Response): Promise<DuePass> => (await response.json()) as DuePass
const never = new Promise<never>(() => undefined)
const fail = (message: string) => (): never => {
  throw new Error(message)
}

describe('a handler of due runs', () => {
  it('answers with the runs of a pass, and has stopped its scheduler by then', async () => {
    const handler = createDueHandler(scripted, { secret: SECRET, clock })
    const response = await handler(allowed())
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(await passOf(response)).toEqual({
      outcome: 'done',
      runs: [{ jobName: 'job', runId: '1', status: 'success' }],
      durationMs: 0,
    })
    expect(stops).toEqual([0])
  })

  it.each([
    ['no secret', undefined],
    ['another secret', 'Bearer another secret here'],
    ['the secret by another scheme', `Basic ${SECRET}`],
    ['a part of the secret', `Bearer ${SECRET.slice(0, -1)}`],
  ])('runs nothing for a caller with %s', async (_, given) => {
    const make = vi.fn<() => PassingScheduler>(scripted)
    const response = await createDueHandler(make, { secret: SECRET })(call(given))
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="s3sched"'])
    expect(make).not.toHaveBeenCalled()
  })

  it("takes Vercel's CRON_SECRET, and lets nobody in while the variable is unset or short", async () => {
    const handler = createDueHandler(scripted, { clock })
    vi.stubEnv('CRON_SECRET', '')
    expect((await handler(call('Bearer '))).status).toBe(500)
    vi.stubEnv('CRON_SECRET', 'short')
    expect((await handler(call('Bearer short'))).status).toBe(500)
    vi.stubEnv('CRON_SECRET', SECRET)
    expect((await handler(allowed())).status).toBe(200)
  })

  it('asks the function of the application instead, and takes its error for a refusal', async () => {
    const authorize = vi.fn<(request: Request) => boolean>((request) => {
      if (request.method === 'POST') throw new Error('no')
      return request.headers.get('authorization') === 'yes'
    })
    const handler = createDueHandler(scripted, { authorize, clock })
    expect((await handler(call('no'))).status).toBe(401)
    expect((await handler(call('yes', 'POST'))).status).toBe(401)
    expect((await handler(call('yes'))).status).toBe(200)
  })

  it('refuses other methods than GET and POST', async () => {
    const response = await createDueHandler(scripted, { secret: SECRET })(allowed('DELETE'))
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST'])
  })

  it('stops a pass at its limit, with its open run', async () => {
    const handler = createDueHandler(() => scripted(() => never), { secret: SECRET, limitMs: LIMIT_MS, clock })
    const response = handler(allowed())
    await clock.advance(LIMIT_MS)
    expect(await passOf(await response)).toMatchObject({
      outcome: 'cut',
      runs: [{ jobName: 'job', status: 'running' }],
      durationMs: LIMIT_MS,
    })
    expect(stops).toEqual([0])
  })

  it('ends at its limit too where the scheduler is not made, or the caller not judged', async () => {
    const limits = { limitMs: LIMIT_MS, clock }
    const unmade = createDueHandler(() => never, { secret: SECRET, ...limits })(allowed())
    const unjudged = createDueHandler(scripted, { authorize: () => never, ...limits })(call())
    await clock.advance(LIMIT_MS)
    expect([(await unmade).status, (await passOf(await unmade)).error?.code]).toEqual([503, 'TIMEOUT'])
    expect((await unjudged).status).toBe(401)
  })

  it('answers 500 to a mistake, without a secret of the message', async () => {
    const wrong = createDueHandler(fail('cannot open s3://key:topsecret@bucket'), { secret: SECRET })
    const answer = await wrong(allowed())
    expect(answer.status).toBe(500)
    expect(await answer.text()).not.toContain('topsecret')
  })

  it.each([undefined, {}, 'scheduler'])('answers 500 where its maker gives %j', async (made) => {
    const response = await createDueHandler(() => made as never, { secret: SECRET, clock })(allowed())
    const message = expect.stringMatching(
      /^expected the function to return a scheduler, .* or with a return$/,
    ) as string
    expect([response.status, await passOf(response)]).toMatchObject([
      500,
      { error: { code: 'INVALID_OPTIONS', message } },
    ])
  })

  it('refuses wrong options, and a scheduler in the place of its maker', () => {
    expect(() => createDueHandler(scripted, { secret: 'short' })).toThrow('expected secret to be a secret of 16')
    expect(() => createDueHandler(scripted, { secret: SECRET, authorize: () => true })).toThrow('got both')
    expect(() => createDueHandler(scripted() as never)).toThrow('each pass has a scheduler of its own')
  })
})

describe('the same on a platform', () => {
  const context = (ms = 60_000): { getRemainingTimeInMillis: () => number } => ({ getRemainingTimeInMillis: () => ms })

  it('Lambda cuts a pass before the function ends', async () => {
    const pass = createDueLambda(() => scripted(() => never), { clock })({}, context(20_000))
    await clock.advance(13_000)
    expect(await pass).toMatchObject({ outcome: 'cut' })
  })

  it.each([
    ['a function URL', { requestContext: { http: { method: 'GET' } } }],
    ['a REST API', { httpMethod: 'POST' }],
  ])('Lambda asks for the secret in a request of %s', async (_, event) => {
    const lambda = createDueLambda(scripted, { secret: SECRET, clock })
    expect(await lambda({ ...event, headers: {} }, context())).toMatchObject({ statusCode: 401 })
    const headers = { authorization: `Bearer ${SECRET}` }
    const reply = (await lambda({ ...event, headers }, context())) as LambdaReply
    expect(reply).toMatchObject({ statusCode: 200, headers: { 'content-type': 'application/json' } })
    expect(JSON.parse(reply.body)).toMatchObject({ outcome: 'done', runs: [{ jobName: 'job' }] })
  })

  it('a failed pass is an error of the function, so that the platform notices', async () => {
    await expect(createDueLambda(fail('no'))({}, context())).rejects.toMatchObject({ code: 'UNKNOWN' })
    await expect(createDueWorker(fail('no')).scheduled({}, {})).rejects.toMatchObject({ code: 'UNKNOWN' })
  })

  it('a worker makes its scheduler from the bindings, for requests with the secret and for its own timer', async () => {
    const bindings: unknown[] = []
    const make = (env: { name: string }): PassingScheduler => {
      bindings.push(env.name)
      return scripted()
    }
    const worker = createDueWorker(make, { secret: SECRET, clock })
    expect((await worker.fetch(call(), { name: 'x' })).status).toBe(401)
    expect(await passOf(await worker.fetch(allowed(), { name: 'fetch' }))).toMatchObject({ runs: [{ jobName: 'job' }] })
    await worker.scheduled({ cron: '* * * * *' }, { name: 'scheduled' })
    expect(bindings).toEqual(['fetch', 'scheduled'])
  })

  it("a handler without toNodeListener says so to a request of Node's http", async () => {
    const handler = createDueHandler(scripted, { secret: SECRET })
    const incoming = { method: 'GET', url: '/cron', headers: { authorization: `Bearer ${SECRET}` } }
    for (const request of [incoming, undefined]) {
      await expect(handler(request as never)).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(
          /^the handler of createDueHandler: expected a Request, as of fetch, got (\{ .*headers: .*\}|undefined)\. Mount toNodeListener\(handler\)/,
        ),
      })
    }
    expect(() => toNodeListener(undefined as never)).toThrow('expected the result of createDueHandler, got undefined')
  })

  it('toNodeListener says so to the arguments of Fastify and Hono, and runs nothing', async () => {
    let passes = 0
    const listener = toNodeListener(createDueHandler(() => scripted(async () => [passes++]), { secret: SECRET }))
    const headers = { authorization: `Bearer ${SECRET}` }
    const ofFastify = [
      { url: '/cron', headers, raw: {} },
      { code: () => undefined, raw: {} },
    ]
    const ofHono = [{ req: { raw: new Request('http://localhost/cron', { headers }) } }, async () => undefined]
    for (const [req, res] of [ofFastify, ofHono, [undefined, undefined]]) {
      await expect(listener(req as never, res as never)).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(/^the listener of toNodeListener: expected the request and .* request\.raw/),
      })
    }
    expect(passes).toBe(0)
  })

  it("Node's http answers a method that no Request has, and a path that is no URL", async () => {
    const listener = toNodeListener(createDueHandler(scripted, { secret: SECRET }))
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

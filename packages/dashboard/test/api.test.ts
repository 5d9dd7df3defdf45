import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDashboard, type Dashboard, type DashboardOptions } from '@s3sched/dashboard'
import { createOperator } from '@s3sched/operator'
import { breakable, type BreakableStore } from './fleet/breakable-store.ts'
import { createSampleFleet, standingClock, type SampleFleet } from './fleet/sample-fleet.ts'
import { serve, type Served } from './fleet/serve.ts'

let fleet: SampleFleet
let breaking: BreakableStore
let dashboard: Dashboard
let served: Served

async function mount(options: DashboardOptions = {}): Promise<void> {
  dashboard = createDashboard(breaking.store, { clock: fleet.clock, basePath: '/cron', ...options })
  served = await serve(dashboard)
}

beforeEach(async () => {
  fleet = await createSampleFleet({ jobs: 2, runs: 40, clock: standingClock() })
  breaking = breakable(fleet.store)
})

afterEach(async () => {
  await served[Symbol.asyncDispose]()
  await dashboard.close()
  await fleet[Symbol.asyncDispose]()
})

interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
}

async function ask(path: string, init?: RequestInit): Promise<Answer> {
  const answer = await fetch(`${served.url}/cron/api${path}`, init)
  return { status: answer.status, body: (await answer.json()) as Answer['body'] }
}

const post = (path: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  })

describe('the API', () => {
  it('names the objects of the history that are not ours or unreadable, and gives every run beside them', async () => {
    await mount()
    const foreign = 'history/day=2026-01-01/outcome=success/part-0.parquet'
    await fleet.store.put(`s3sched/${foreign}`, Buffer.from('of another tool'))
    const { body } = await ask('/runs?limit=100')
    expect(body['runs']).toHaveLength(41)
    const problem = 'its name is not one of s3sched; it is passed over'
    expect(body['problems']).toEqual([{ key: foreign, problem }])
  })

  it('has the same objects on each page that shows runs, also where the runs come from the cache', async () => {
    await mount()
    const today = new Date(fleet.clock.now()).toISOString().slice(0, 10)
    const foreign = `history/day=${today}/outcome=success/part-0.parquet`
    await fleet.store.put(`s3sched/${foreign}`, Buffer.from('of another tool'))
    for (const path of ['/failures', '/timeline?span=30d', '/jobs/billing', `/jobs/billing?from=${today}`]) {
      for (let times = 0; times < 2; times += 1) {
        const answer = await fetch(`${served.url}/cron${path}`)
        expect(await answer.text()).toContain(`${foreign}: its name is not one of s3sched`)
      }
    }
  })

  it('tells of the fleet, its jobs and their runs', async () => {
    await mount()
    expect(await ask('/fleet')).toMatchObject({
      status: 200,
      body: {
        verdict: 'needs-attention',
        leader: { state: 'held', workerId: 'web-1' },
        instances: [{}],
        trouble: null,
      },
    })
    expect(await ask('/jobs')).toMatchObject({ status: 200, body: { jobs: [{ name: 'billing' }, { name: 'report' }] } })
    expect(await ask('/jobs/report')).toMatchObject({ status: 200, body: { name: 'report', state: 'active' } })
    const { runs } = (await ask('/jobs/billing/runs?status=failed,timeout&limit=2')).body as { runs: object[] }
    expect(runs[0]).toMatchObject({ runId: 'bad', error: { name: 'PaymentError' }, log: [{}] })
    expect(await ask('/jobs/billing/runs/bad')).toMatchObject({ status: 200, body: { runId: 'bad' } })
    expect(await ask(`/jobs/billing/runs/bad?at=${fleet.failed.scheduledTime}`)).toMatchObject({ status: 200 })
    const first = await ask('/runs?limit=25')
    const second = await ask(`/runs?limit=25&cursor=${String(first.body['cursor'])}`)
    expect([first, second].flatMap(({ body }) => body['runs'] as object[])).toHaveLength(41)
  })

  it('says what is wrong with a question', async () => {
    await mount()
    const refusals: [string, number, string][] = [
      ['/nothing', 404, 'NOT_FOUND'],
      ['/jobs/bilings', 404, 'JOB_NOT_FOUND'],
      ['/jobs/billing/runs/none', 404, 'RUN_NOT_FOUND'],
      ['/jobs/billing/runs/bad?at=soon', 400, 'INVALID_ARGUMENT'],
      ['/jobs/billing/pause', 405, 'METHOD_NOT_ALLOWED'],
      ['/runs?status=faild', 400, 'INVALID_OPTIONS'],
      ['/runs?since=yesterday', 400, 'INVALID_INSTANT'],
      ['/runs?limit=0', 400, 'INVALID_OPTIONS'],
      ['/runs?cursor=x', 400, 'INVALID_CURSOR'],
    ]
    for (const [path, status, code] of refusals)
      expect(await ask(path), path).toMatchObject({ status, body: { error: { code } } })
  })

  it('changes jobs by the rights of the pages', async () => {
    await mount({ readOnly: false, authorize: (_request, action) => action !== 'cancel' })
    const { body, status } = await post('/jobs/billing/run', { context: { month: '2026-01' } })
    expect(status).toBe(202)
    const operator = createOperator(fleet.store, { clock: fleet.clock })
    expect(await operator.requests()).toMatchObject([{ id: body['runId'], fields: { month: '2026-01' } }])
    expect(await post('/jobs/billing/pause')).toEqual({ status: 200, body: { outcome: 'changed' } })
    expect(await ask('/jobs/billing')).toMatchObject({ body: { state: 'paused' } })
    expect(await post('/jobs/billing/resume')).toEqual({ status: 200, body: { outcome: 'changed' } })
    expect(await post('/jobs/billing/cancel')).toMatchObject({ status: 403 })
    expect(await post('/jobs/billing/run', { context: [1] })).toMatchObject({ status: 400 })
  })

  it('takes no change from a foreign page, and none where the dashboard only shows', async () => {
    await mount({ readOnly: false })
    const foreign = [
      post('/jobs/billing/pause', {}, { 'sec-fetch-site': 'cross-site' }),
      post('/jobs/billing/pause', {}, { origin: 'https://elsewhere.example' }),
      post('/jobs/billing/pause', {}, { 'content-type': 'text/plain' }),
      post('/jobs/billing/pause', {}, { 'content-type': 'application/x-www-form-urlencoded' }),
    ]
    expect((await Promise.all(foreign)).map(({ status }) => status)).toEqual([403, 403, 415, 415])
    expect((await fetch(`${served.url}/cron/api/jobs`, { method: 'OPTIONS' })).status).toBe(405)
    await served[Symbol.asyncDispose]()
    await mount()
    expect(await post('/jobs/billing/pause')).toMatchObject({ status: 403, body: { error: { code: 'FORBIDDEN' } } })
    expect(await ask('/jobs/billing')).toMatchObject({ body: { state: 'active' } })
  })

  it('has a document whose references lead somewhere, and a page', async () => {
    await mount()
    const { body } = await ask('/openapi.json')
    expect(body).toMatchObject({ openapi: '3.1.0', servers: [{ url: '/cron/api' }] })
    const { schemas } = body['components'] as { schemas: object }
    const references = [...JSON.stringify(body).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name)
    expect(references.length).toBeGreaterThan(20)
    for (const name of references) expect(Object.keys(schemas)).toContain(name)
    const page = await fetch(`${served.url}/cron/api`)
    expect(page.headers.get('content-type')).toMatch(/^text\/html/)
    expect(await page.text()).toMatch(/\/cron\/api\/jobs\/\{job\}\/runs/)
  })

  it('says so when the store does not answer', async () => {
    await mount()
    breaking.isDown = true
    expect(await ask('/fleet')).toMatchObject({ status: 503, body: { error: { code: 'STORE' } } })
    breaking.isDown = false
    expect(await ask('/fleet')).toMatchObject({ status: 200 })
    breaking.isDown = true
    expect(await ask('/runs')).toMatchObject({ status: 503 })
  })
})

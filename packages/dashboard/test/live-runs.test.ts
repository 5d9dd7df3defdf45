import { afterEach, beforeEach, expect, it } from 'vitest'
import { createDashboard, type Dashboard } from '@s3sched/dashboard'
import { createManualClock, type ManualClock } from '@s3sched/kernel/testing'
import { createOperator } from '@s3sched/operator'
import { SchedulerPlugin, type JobContext } from '@s3sched/plugin'
import { createMemoryStore, type ObjectStore } from '@s3sched/store'
import { createCountingStore, type CountingStore } from '@s3sched/store/testing'
import { serve, type Served } from './fleet/serve.ts'

let clock: ManualClock
let store: ObjectStore
let counting: CountingStore
let scheduler: SchedulerPlugin<unknown>
let dashboard: Dashboard
let served: Served

/** Counts to a hundred in a hundred seconds. */
const counts = async (_: unknown, { log, progress, signal }: JobContext): Promise<void> => {
  for (let step = 1; step <= 100; step++) {
    log(`step ${step} <of> 100`)
    progress(step / 100, `${step} of 100`)
    await clock.sleep(1000, signal)
  }
}

beforeEach(async () => {
  clock = createManualClock(Date.UTC(2026, 5, 1))
  store = createMemoryStore({ clock })
  const jobs = { counts: { schedule: null, action: counts } }
  scheduler = new SchedulerPlugin<unknown>({ store, clock, skipColdStart: true, jobs, handleSignals: false })
  await scheduler.start()
  await clock.advance(1000)
  counting = createCountingStore(store)
})

afterEach(async () => {
  await served[Symbol.asyncDispose]()
  await dashboard.close()
  await scheduler.stop({ timeout: 0 })
})

interface Live {
  readonly state: string
  readonly html: string
}

async function mount(options: Parameters<typeof createDashboard>[1]): Promise<void> {
  dashboard = createDashboard(counting.store, { clock, ...options })
  served = await serve(dashboard)
}

const live = async (runId: string): Promise<Live> =>
  (await (await fetch(`${served.url}/jobs/counts/runs/${runId}/live`)).json()) as Live
const text = async (path: string): Promise<string> => (await fetch(served.url + path)).text()

/** Looks each second, as an open page. */
async function lookUntil(runId: string, isThere: (look: Live) => boolean, most: number): Promise<number> {
  for (let second = 0; second <= most; second++) {
    if (isThere(await live(runId))) return second
    await clock.advance(1000)
  }
  throw new Error(`not within ${most} s`)
}

it('shows a requested run as running in two seconds, its log and progress in two more, and its end', async () => {
  await mount({ readOnly: false, scheduler })
  await text('/jobs/counts')
  const headers = { 'content-type': 'application/json' }
  const asked = await fetch(`${served.url}/api/jobs/counts/run`, { method: 'POST', headers, body: '{}' })
  const { runId } = (await asked.json()) as { runId: string }
  expect(await lookUntil(runId, ({ state }) => state === 'running', 2)).toBeLessThanOrEqual(2)
  await lookUntil(runId, (look) => look.html.includes('step 1 &lt;of&gt; 100'), 2)
  const { html } = await live(runId)
  expect(html).toMatch(/<progress value="0\.0\d" max="1"/)
  expect(await text(`/jobs/counts/runs/${runId}`)).toMatch(/data-state="running"[^]*step 1 &lt;of&gt; 100/)
  await lookUntil(runId, (look) => look.html.includes('step 30 &lt;of&gt;'), 32)
  await scheduler.cancelRun('counts')
  await lookUntil(runId, ({ state }) => state === 'ended', 3)
  expect(await text(`/jobs/counts/runs/${runId}`)).toMatch(/is-cancelled[^]*step 30/)
})

/** A run of `counts` that is followed and has been reported. */
async function followedRun(): Promise<string> {
  const runId = await createOperator(store, { clock }).requestRun('counts')
  await scheduler.lookNow()
  await clock.advance(1000)
  await lookUntil(runId, ({ html }) => html.includes('step'), 4)
  return runId
}

it('costs 1 conditional GET a second and a second one each ten seconds, for any number of pages', async () => {
  await mount({ scheduler })
  const runId = await followedRun()
  counting.reset()
  for (let second = 0; second < 60; second++) {
    await clock.advance(1000)
    await Promise.all(Array.from({ length: 5 }, () => live(runId)))
  }
  // A wish to see the run is repeated each half a minute: 1 conditional GET and 1 PUT.
  expect(counting.requests).toMatchObject({ list: 0, delete: 0 })
  expect(counting.requests.put).toBeLessThanOrEqual(2)
  expect(counting.requests.get).toBeLessThanOrEqual(60 + 6 + 2)
})

it('keeps the log on the page until the end of the run is written', async () => {
  await mount({ scheduler })
  const runId = await followedRun()
  await scheduler.cancelRun('counts')
  const seen: Live[] = []
  await lookUntil(runId, (look) => seen.push(look) > 0 && look.state === 'ended', 5)
  expect(seen.filter(({ html, state }) => state === 'running' && !html.includes('step'))).toEqual([])
})

it('learns within ten seconds that a run has lost its process, whose report stays', async () => {
  await mount({ scheduler })
  const runId = await followedRun()
  const report = await store.get(`s3sched/live/${runId}.json`)
  if (report.outcome !== 'found') throw new Error('the run was not reported')
  await scheduler.cancelRun('counts')
  await clock.advance(3000)
  await store.put(`s3sched/live/${runId}.json`, report.body)
  expect(await lookUntil(runId, ({ state }) => state === 'ended', 11)).toBeGreaterThan(0)
})

it('leaves a bucket that it may only read alone, and says so once', async () => {
  const warnings: string[] = []
  const logger = {
    debug: () => {},
    info: () => {},
    error: () => {},
    warn: (message: string) => void warnings.push(message),
  }
  const refusing = { ...counting.store, put: () => Promise.reject(new Error('AccessDenied')) }
  dashboard = createDashboard(refusing, { clock, logger })
  served = await serve(dashboard)
  const runId = await createOperator(store, { clock }).requestRun('counts')
  await clock.advance(16_000)
  for (let second = 0; second < 10; second++) {
    expect((await live(runId)).state).toBe('running')
    await clock.advance(1000)
  }
  expect(warnings).toEqual([expect.stringMatching(/live logs are missing: AccessDenied/)])
})

it('shows nothing of a run to a caller who may not see the job', async () => {
  await mount({ authorize: (_request, action, job) => action === 'look' && job === undefined })
  expect((await fetch(`${served.url}/jobs/counts/runs/x/live`)).status).toBe(404)
  expect((await fetch(`${served.url}/jobs/counts/attend`)).status).toBe(403)
})

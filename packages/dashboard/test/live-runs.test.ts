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

it('needs no more requests for many pages than for one', async () => {
  await mount({ scheduler })
  const runId = await createOperator(store, { clock }).requestRun('counts')
  await scheduler.lookNow()
  await clock.advance(1000)
  await live(runId)
  await clock.advance(20_000)
  await live(runId)
  counting.reset()
  for (let second = 0; second < 20; second++) {
    await clock.advance(1000)
    await Promise.all(Array.from({ length: 5 }, () => live(runId)))
  }
  const { get, list, put } = counting.requests
  // The looks at the whole fleet are those of any page.
  expect({ list, put }).toEqual({ list: expect.any(Number) as number, put: 1 })
  expect(get - 40).toBeLessThanOrEqual(25)
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

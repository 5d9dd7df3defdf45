import { afterEach, beforeEach, expect, it } from 'vitest'
import { createDashboard, type Dashboard } from '@s3sched/dashboard'
import { createManualClock, type ManualClock } from '@s3sched/kernel/testing'
import { SchedulerPlugin } from '@s3sched/plugin'
import { createOperator } from '@s3sched/operator'
import { createMemoryStore, listAll, type ObjectStore } from '@s3sched/store'
import { createCountingStore, type CountingStore } from '@s3sched/store/testing'
import { breakable, type BreakableStore } from './fleet/breakable-store.ts'
import { listen } from './fleet/listen.ts'
import { serve, type Served } from './fleet/serve.ts'

let clock: ManualClock
let store: ObjectStore
let scheduler: SchedulerPlugin<undefined>
let counting: CountingStore
let dashboard: Dashboard
let served: Served
let breaking: BreakableStore

beforeEach(async () => {
  clock = createManualClock(Date.UTC(2026, 5, 1))
  store = createMemoryStore({ clock })
  const jobs = {
    yearly: { schedule: '0 0 1 1 *', action: (): null => null },
    hourly: { schedule: '0 * * * *', enabled: false, action: (): null => null },
  }
  scheduler = new SchedulerPlugin({ store, clock, skipColdStart: true, workerId: 'web-1', jobs })
  await scheduler.start()
  breaking = breakable(store)
  counting = createCountingStore(breaking.store)
  dashboard = createDashboard(counting.store, { clock })
  served = await serve(dashboard)
})

afterEach(async () => {
  await served[Symbol.asyncDispose]()
  await dashboard.close()
  await scheduler.stop({ timeout: 0 })
})

function requests(): number {
  const { delete: deleted, get, list, put } = counting.requests
  return deleted + get + list + put
}

async function text(path: string): Promise<string> {
  return (await fetch(served.url + path)).text()
}

it('costs at most 4 requests a minute while any number of pages is open and nothing happens', async () => {
  for (const path of ['/', '/timeline', '/jobs', '/jobs/yearly', '/failures']) await text(path)
  await using pages = new AsyncDisposableStack()
  for (let page = 0; page < 20; page++) await pages.use(await listen(served.url)).until(() => true)
  for (let minute = 0; minute < 40; minute++) {
    counting.reset()
    await clock.advance(60_000)
    expect(requests(), `in minute ${minute}`).toBeLessThanOrEqual(4)
    expect(requests(), `in minute ${minute}`).toBeGreaterThan(0)
  }
})

it('costs nothing while no page is open', async () => {
  await text('/')
  {
    await using page = await listen(served.url)
    await page.until(() => true)
  }
  await clock.advance(60_000)
  counting.reset()
  await clock.advance(600_000)
  expect(requests()).toBe(0)
})

it('costs a job two lists of its segments, for its runs and for their lags, and two of the archive for both', async () => {
  await scheduler.addJob('often', { schedule: '* * * * *', action: (): null => null })
  await clock.advance(150 * 60_000)
  await text('/')
  const segments = (await listAll(store, 's3sched/segments/')).length
  expect(segments).toBeGreaterThan(0)
  counting.reset()
  expect(await text('/jobs/often')).toMatch(/of the last 100 scheduled runs/)
  expect(counting.requests).toMatchObject({ list: 4, get: segments })
  counting.reset()
  await text('/jobs/often')
  expect(requests()).toBe(0)
  await clock.advance(60_000)
  await text('/')
  counting.reset()
  await text('/jobs/often')
  expect(counting.requests).toMatchObject({ list: 4, get: 0 })
})

it('draws a timeline from 1 LIST for each page of jobs and 1 of the archive, and from none where nothing ran since', async () => {
  await scheduler.addJob('often', { schedule: '* * * * *', action: (): null => null })
  await clock.advance(90 * 60_000 + 5000)
  await text('/')
  counting.reset()
  expect(await text('/timeline')).toMatch(/90 success/)
  expect(counting.requests).toMatchObject({ list: 2, get: 0, put: 0 })
  counting.reset()
  await text('/timeline?hours=6')
  expect(requests()).toBe(0)
})

it('draws the new run of each minute in an open timeline without a request of its own', async () => {
  await scheduler.addJob('often', { schedule: '* * * * *', action: (): null => null })
  await clock.advance(30 * 60_000 + 5000)
  await text('/timeline')
  for (let minute = 1; minute <= 130; minute++) {
    await clock.advance(60_000)
    await text('/')
    counting.reset()
    expect(await text('/timeline')).toContain(`${30 + minute} success`)
    expect(requests()).toBe(0)
  }
})

it('requests nothing before the first page', () => {
  expect(requests()).toBe(0)
})

it('tells an open page within a look that a job was paused, and has it ready at no further cost', async () => {
  await text('/')
  await using page = await listen(served.url)
  const { version } = await page.until(() => true)
  await createOperator(store, { clock }).pause('yearly')
  await clock.advance(30_000)
  await page.until((look) => look.version !== version)
  counting.reset()
  expect(await text('/')).toMatch(/it is paused/)
  expect(requests()).toBe(0)
})

it('tells a page that comes back after a while at once, by two conditional GETs', async () => {
  await text('/')
  {
    await using page = await listen(served.url)
    await page.until(() => true)
  }
  await clock.advance(600_000)
  counting.reset()
  {
    await using page = await listen(served.url)
    await page.until(() => true)
    await clock.advance(0)
    expect(counting.requests).toMatchObject({ get: 2, list: 0, put: 0 })
  }
  await createOperator(store, { clock }).pause('yearly')
  await using page = await listen(served.url)
  const { version } = await page.until(() => true)
  await page.until((look) => look.version !== version)
})

it('tells an open page shortly after a tick', async () => {
  await scheduler.enableJob('hourly')
  await text('/')
  await using page = await listen(served.url)
  const { version } = await page.until(() => true)
  await clock.advance(3_600_000 + 15_000)
  const later = await page.until((look) => look.version !== version)
  expect(later.down).toBe(false)
  expect(await text('/jobs')).toMatch(/is-success/)
})

it('tells that the store is down, shows what was last seen, and recovers by itself', async () => {
  await text('/')
  await using page = await listen(served.url)
  await page.until(() => true)
  breaking.isDown = true
  await clock.advance(30_000)
  await page.until(({ down }) => down)
  const seen = await text('/')
  expect(seen).toMatch(/The store does not answer/)
  expect(seen).toMatch(/the network is gone/)
  expect(seen).toMatch(/web-1/)
  counting.reset()
  await clock.advance(60_000)
  expect(requests()).toBeLessThanOrEqual(4)
  breaking.isDown = false
  await clock.advance(15_000)
  await page.until(({ down }) => !down)
  expect(await text('/')).not.toMatch(/The store does not answer/)
})

it('says so when the store is down from the beginning, and comes back', async () => {
  breaking.isDown = true
  const answer = await fetch(`${served.url}/`)
  expect(answer.status).toBe(503)
  expect(await answer.text()).toMatch(/The store does not answer[\s\S]*the network is gone/)
  breaking.isDown = false
  expect((await fetch(`${served.url}/`)).status).toBe(200)
})

it('ends the streams of open pages when it is closed', async () => {
  await using page = await listen(served.url)
  await page.until(() => true)
  await dashboard.close()
  await expect(page.until(() => false)).rejects.toThrow(/ended/)
})

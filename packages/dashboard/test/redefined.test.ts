import { afterEach, beforeEach, expect, it } from 'vitest'
import { createDashboard, type Dashboard, type DashboardOptions } from '@s3sched/dashboard'
import { encodeDocument } from '@s3sched/store'
import { createSampleFleet, standingClock, type SampleFleet } from './fleet/sample-fleet.ts'
import { serve, type Served } from './fleet/serve.ts'

let fleet: SampleFleet
let dashboard: Dashboard
let served: Served

async function mount(options: DashboardOptions = {}): Promise<void> {
  dashboard = createDashboard(fleet.store, { clock: fleet.clock, ...options })
  served = await serve(dashboard)
}

beforeEach(async () => {
  fleet = await createSampleFleet({ jobs: 3, runs: 6, clock: standingClock() })
  await putMember('old-1', { count: 9, jobs: ['billing', 'report'] })
  await putMember('old-2', { count: 1, jobs: ['report'] })
})

afterEach(async () => {
  await served[Symbol.asyncDispose]()
  await dashboard.close()
  await fleet[Symbol.asyncDispose]()
})

/** An instance with other code than the one that defined the jobs. */
async function putMember(workerId: string, redefined: object): Promise<void> {
  const process = { workerId, host: 'old-host', instance: workerId, pid: 1, startedAt: 0, staleAfterMs: 86_400_000 }
  await fleet.store.put(`s3sched/workers/${workerId}.json`, encodeDocument({ ...process, notes: { redefined } }, 'n'))
}

const text = async (path: string): Promise<string> => (await fetch(served.url + path)).text()

it('a job that other code redefined says so on its own page, and in the overview with the rest', async () => {
  await mount()
  expect(await text('/jobs/report')).toMatch(
    /other code than that of old-1, old-2 has defined it for an hour or longer/,
  )
  expect(await text('/jobs/billing')).toMatch(/other code than that of old-1 has defined it for an hour or longer/)
  expect(await text('/jobs/import-orders')).not.toMatch(/other code/)
  const overview = await text('/')
  expect(overview).toMatch(/other code than that of old-1, old-2 has defined it/)
  expect(overview).toMatch(/other code than that of old-1 has defined 7 more jobs for an hour or longer/)
})

it('a caller does not hear of redefined jobs of others, by name', async () => {
  await mount({ authorize: (_request, _action, job) => job === undefined || job === 'billing' })
  for (const path of ['/', '/jobs/billing', '/api/fleet']) {
    const shown = await text(path)
    expect(shown, path).toMatch(/other code than that of old-1 has defined/)
    expect(shown, path).not.toMatch(/\breport\b/)
  }
})

import { afterEach, beforeEach, expect, it } from 'vitest'
import { createDashboard, type Dashboard, type DashboardOptions } from '@s3sched/dashboard'
import { createOperator } from '@s3sched/operator'
import { createSampleFleet, standingClock, type SampleFleet } from './fleet/sample-fleet.ts'
import { serve, type Served } from './fleet/serve.ts'

let fleet: SampleFleet
let dashboard: Dashboard
let served: Served

beforeEach(async () => {
  fleet = await createSampleFleet({ jobs: 8, runs: 400, clock: standingClock() })
})

afterEach(async () => {
  await served[Symbol.asyncDispose]()
  await dashboard.close()
  await fleet[Symbol.asyncDispose]()
})

async function mount(options: DashboardOptions = {}): Promise<void> {
  dashboard = createDashboard(fleet.store, { clock: fleet.clock, ...options })
  served = await serve(dashboard)
}

const text = async (path: string, headers: Record<string, string> = {}): Promise<string> =>
  (await fetch(`${served.url}/${path}`, { headers })).text()
const rows = (page: string): string[] =>
  [...page.matchAll(/rowheader"[^>]*>\s*<a href="\/jobs\/([^"?/]+)"/g)].map(([, job]) => job ?? '')

it('finds jobs by text, state, tag and group, and sorts them', async () => {
  await mount({ readOnly: false })
  expect(rows(await text('jobs?q=MONEY'))).toEqual(['backup', 'billing', 'cleanup'])
  expect(rows(await text('jobs?tag=money&group=database'))).toEqual(['billing'])
  expect(rows(await text('jobs?state=paused'))).toEqual([])
  await createOperator(fleet.store, { clock: fleet.clock }).pause('invoice')
  await dashboard.close()
  await served[Symbol.asyncDispose]()
  await mount({ readOnly: false })
  expect(rows(await text('jobs?state=paused'))).toEqual(['invoice'])
  const byNext = rows(await text('jobs?sort=next'))
  expect(byNext[0]).toBe('backup')
  expect(byNext.at(-1)).toBe('invoice')
})

it('acts on many jobs after one question, on those alone that the caller may change', async () => {
  const mine = new Set(['billing', 'report'])
  await mount({ readOnly: false, authorize: (_request, action, job) => action === 'look' || mine.has(job ?? '') })
  const asked = await fetch(`${served.url}/many?action=pause&job=billing&job=report&job=backup`)
  const page = await asked.text()
  expect(page).toMatch(/Pause: 2 jobs/)
  const token = /name="token" value="([^"]+)"/.exec(page)?.[1] ?? ''
  const press = (headers: Record<string, string>): Promise<Response> =>
    fetch(`${served.url}/many`, {
      method: 'POST',
      redirect: 'manual',
      headers,
      body: new URLSearchParams([
        ...['billing', 'report', 'backup'].map((job) => ['job', job]),
        ['action', 'pause'],
        ['token', token],
      ]),
    })
  expect((await press({})).status).toBe(403)
  const done = await press({ cookie: asked.headers.get('set-cookie')?.split(';')[0] ?? '' })
  expect([done.status, done.headers.get('location')]).toEqual([303, '/jobs?done=pause&count=2'])
  const { jobs } = await createOperator(fleet.store, { clock: fleet.clock }).jobs()
  expect(jobs.filter(({ state }) => state === 'paused').map(({ name }) => name)).toEqual(['billing', 'report'])
})

it('offers no action to a caller who may do nothing', async () => {
  await mount()
  expect(await text('jobs')).not.toMatch(/checkbox|row-actions/)
  expect(await text('many?action=pause&job=billing')).toMatch(/No job was chosen/)
})

it('groups failures by job and reason, with how often and since when, and lists each', async () => {
  await mount()
  const grouped = await text('failures?status=failed&job=billing')
  const [, count] = />(\d+) ×</.exec(grouped) ?? []
  expect(Number(count)).toBeGreaterThan(0)
  const each = await text('failures?status=failed&job=billing&by=time')
  expect(each.match(/<tr role="row">\s*<th scope="row"/g)).toHaveLength(Number(count))
})

it('takes days in the zone of the shown times', async () => {
  await mount()
  const inBerlin = { cookie: 's3sched_zone=Europe%2FBerlin' }
  // The runs are those of 24 hours before noon UTC of the 28th.
  expect(await text('failures?from=2026-03-29', inBerlin)).toMatch(/None[^]*data-zone|\(Europe\/Berlin\)/)
  const [utc, kiritimati] = [
    await text('jobs/billing?from=2026-03-29&to=2026-03-29'),
    await text('jobs/billing?from=2026-03-29&to=2026-03-29', { cookie: 's3sched_zone=Pacific%2FKiritimati' }),
  ]
  expect(utc).toMatch(/No such runs/)
  expect(kiritimati).not.toMatch(/No such runs/)
})

it('begins a long timeline where its data begins', async () => {
  await mount()
  expect(await text('timeline?span=30d')).toMatch(/It starts where the data starts/)
  expect(await text('timeline?span=6h')).not.toMatch(/It starts where/)
})

it('shows several fleets, each below its name, with the rights of one', async () => {
  await mount({ prefixes: { main: 's3sched/', other: 'other/' }, authorize: (_request, action) => action === 'look' })
  const all = await text('')
  expect([...all.matchAll(/href="\/(\w+)\/"/g)].map(([, name]) => name)).toEqual(['main', 'other'])
  expect(await text('main/jobs')).toMatch(/href="\/main\/jobs\/billing"/)
  expect(await text('other/')).toMatch(/Nobody has ever led here/)
  expect((await fetch(`${served.url}/jobs`)).status).toBe(404)
  const [style] = /\/assets\/[^"]+\.css/.exec(all) ?? []
  expect((await fetch(`${served.url}${style}`)).status).toBe(200)
})

it('shows a year of a job as its rules leave it: bounds, exclusions, moves and several schedules', async () => {
  await mount()
  const action = (): null => null
  await fleet.scheduler.addJob('bounded', {
    schedule: ['0 9 * * 1-5', { every: '1h', offset: '30m' }],
    from: '2026-05-04',
    until: '2026-05-08',
    exclude: ['2026-05-05'],
    action,
  })
  const moving = { exclude: ['2026-05-01'], onExcluded: 'next-working-day' } as const
  await fleet.scheduler.addJob('moving', { schedule: '0 9 1 * *', ...moving, action })
  const ticksOf = async (job: string): Promise<string[]> =>
    [...(await text(`jobs/${job}/calendar?year=2026`)).matchAll(/title="2026-05-(\d\d: \d+ ticks?(?: or more)?)"/g)]
      .map(([, day]) => day ?? '')
      .filter((day) => !day.endsWith(' 0 ticks'))
  const full = '24 ticks or more'
  expect(await ticksOf('bounded')).toEqual([`04: ${full}`, `06: ${full}`, `07: ${full}`, `08: ${full}`])
  // Friday the first is excluded, and the working day after it is Monday.
  expect(await ticksOf('moving')).toEqual(['04: 1 tick'])
})

it('finds a job that was added after the last look at the store', async () => {
  await mount()
  expect((await fetch(`${served.url}/jobs/late`)).status).toBe(404)
  await fleet.scheduler.addJob('late', { schedule: null, action: () => null })
  await fleet.scheduler.addJob('later', { schedule: null, action: () => null })
  expect((await fetch(`${served.url}/jobs/late`)).status).toBe(200)
  await fleet.scheduler.addJob('last', { schedule: null, action: () => null })
  const answer = await fetch(`${served.url}/api/jobs/last`)
  expect([answer.status, await answer.json()]).toMatchObject([200, { name: 'last' }])
})

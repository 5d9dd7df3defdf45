import { afterEach, beforeEach, expect, it } from 'vitest'
import { createDashboard, type Dashboard, type DashboardOptions } from '@s3sched/dashboard'
import type { ManualClock } from '@s3sched/kernel/testing'
import { createOperator } from '@s3sched/operator'
import { createSampleFleet, standingClock, type SampleFleet } from './fleet/sample-fleet.ts'
import { serve, type Served } from './fleet/serve.ts'

let fleet: SampleFleet
let dashboard: Dashboard
let served: Served
let clock: ManualClock

async function mount(options: DashboardOptions): Promise<void> {
  dashboard = createDashboard(fleet.store, { clock: fleet.clock, ...options })
  served = await serve(dashboard)
}

beforeEach(async () => {
  clock = standingClock()
  fleet = await createSampleFleet({ jobs: 2, runs: 4, clock })
})

afterEach(async () => {
  await served[Symbol.asyncDispose]()
  await dashboard.close()
  await fleet[Symbol.asyncDispose]()
})

interface Form {
  readonly cookie: string
  readonly token: string
}

async function openForm(action: string): Promise<Form> {
  const answer = await fetch(`${served.url}/jobs/billing/${action}`)
  const token = /name="token" value="([^"]+)"/.exec(await answer.text())?.[1] ?? ''
  return { cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '', token }
}

function press(action: string, { cookie, token }: Form, headers: Record<string, string> = {}): Promise<Response> {
  const body = new URLSearchParams({ token })
  return fetch(`${served.url}/jobs/billing/${action}`, {
    method: 'POST',
    body,
    redirect: 'manual',
    headers: { cookie, ...headers },
  })
}

async function stateOf(job: string): Promise<string> {
  return (await createOperator(fleet.store, { clock: fleet.clock }).job(job)).state
}

it('pauses and resumes a job, and sends the browser back to it', async () => {
  await mount({ readOnly: false })
  const form = await openForm('pause')
  const answer = await press('pause', form, { 'sec-fetch-site': 'same-origin' })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/jobs/billing?done=pause'])
  expect(await stateOf('billing')).toBe('paused')
  expect(await (await fetch(`${served.url}/jobs/billing?done=pause`)).text()).toMatch(/paused in the whole fleet/)
  await press('resume', form)
  expect(await stateOf('billing')).toBe('active')
})

it('leaves requests to run and to cancel', async () => {
  await mount({ readOnly: false })
  await press('run', await openForm('run'))
  await press('cancel', await openForm('cancel'))
  const requests = await createOperator(fleet.store).requests()
  expect(new Set(requests.map(({ jobName, kind }) => `${kind} ${jobName}`))).toEqual(
    new Set(['run billing', 'cancel billing']),
  )
})

it('runs a job with a context, which a refused form keeps, and leads to the run', async () => {
  await mount({ readOnly: false })
  const form = await openForm('run')
  const send = (context: string): Promise<Response> =>
    fetch(`${served.url}/jobs/billing/run`, {
      method: 'POST',
      body: new URLSearchParams({ token: form.token, context }),
      redirect: 'manual',
      headers: { cookie: form.cookie },
    })
  for (const wrong of ['{"month": ', '[1]', '7']) {
    const refused = await send(wrong)
    expect(refused.status).toBe(400)
    const page = await refused.text()
    expect(page).toMatch(/role="alert"/)
    expect(page).toContain(`>${wrong.replaceAll('"', '&quot;')}</textarea>`)
  }
  const answer = await send('{"month": "2026-01"}')
  const [request] = await createOperator(fleet.store).requests()
  expect(request).toMatchObject({ fields: { month: '2026-01' } })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, `/jobs/billing/runs/${request?.id}`])
  const waiting = await (await fetch(`${served.url}/jobs/billing/runs/${request?.id}`)).text()
  expect(waiting).toMatch(/A run was requested[^]*2026-01/)
  await clock.advance(20_000)
  const ended = await (await fetch(`${served.url}/jobs/billing/runs/${request?.id}`)).text()
  expect(ended).toMatch(/is-success[^]*2026-01/)
  // The page of an ended run has nothing new to show or to offer, whatever changes in the bucket.
  const liveness = [waiting, ended].map((shown) => /data-live="(\w+)"/.exec(shown)?.[1])
  expect(liveness).toEqual(['replace', 'fixed'])
  const again = /href="([^"]*\/run\?[^"]+)"/.exec(ended)?.[1]?.replaceAll('&amp;', '&')
  const prefilled = await (await fetch(`${served.url}${again}`)).text()
  expect(prefilled).toContain('&quot;month&quot;: &quot;2026-01&quot;')
})

it('only shows unless it is told otherwise', async () => {
  await mount({})
  expect(await (await fetch(`${served.url}/jobs/billing`)).text()).not.toMatch(/Pause/)
  expect((await fetch(`${served.url}/jobs/billing/pause`)).status).toBe(403)
  expect((await press('pause', { cookie: '', token: '' })).status).toBe(403)
  expect(await stateOf('billing')).toBe('active')
})

it('refuses what another page sent, or what has no token, or another one', async () => {
  await mount({ readOnly: false })
  const form = await openForm('pause')
  const refused = [
    press('pause', form, { 'sec-fetch-site': 'cross-site' }),
    press('pause', form, { 'sec-fetch-site': 'same-site' }),
    press('pause', form, { origin: 'https://elsewhere.example' }),
    press('pause', form, { origin: 'null' }),
    press('pause', { ...form, cookie: '' }),
    press('pause', { ...form, token: 'x'.repeat(22) }),
    press('pause', { ...form, token: '' }),
    fetch(`${served.url}/jobs/billing/pause`, {
      method: 'POST',
      body: '{"token":1}',
      headers: { cookie: form.cookie },
    }),
    fetch(`${served.url}/jobs/billing/pause`, {
      method: 'POST',
      body: new URLSearchParams({ token: 'x'.repeat(9000) }),
    }),
  ]
  expect((await Promise.all(refused)).map(({ status }) => status)).toEqual(refused.map(() => 403))
  expect(await stateOf('billing')).toBe('active')
})

it('asks authorize about everything, and takes anything but true for a refusal', async () => {
  const asked: string[] = []
  const verdicts: Record<string, unknown> = { look: true, pause: false }
  await mount({
    readOnly: false,
    authorize: (_request, action) => {
      asked.push(action)
      if (verdicts[action] === 'throw') throw new Error('no session')
      return verdicts[action] as boolean
    },
  })
  expect((await fetch(`${served.url}/jobs/billing/pause`)).status).toBe(403)
  expect((await press('pause', { cookie: '', token: '' })).status).toBe(403)
  for (const look of [false, undefined, 1, 'throw']) {
    verdicts['look'] = look
    for (const path of ['/', '/events', '/jobs/billing']) expect((await fetch(served.url + path)).status).toBe(403)
  }
  expect(new Set(asked)).toEqual(new Set(['look', 'run', 'cancel', 'pause', 'resume']))
  expect(await stateOf('billing')).toBe('active')
})

it('shows a caller the jobs of that caller alone, with the buttons of that caller', async () => {
  const mine = new Set(['look billing', 'run billing'])
  await mount({
    readOnly: false,
    authorize: (_request, action, job) => job === undefined || mine.has(`${action} ${job}`),
  })
  for (const path of [
    '/',
    '/jobs',
    '/timeline',
    '/failures?status=success&status=failed',
    '/api/jobs',
    '/api/runs',
    '/api/fleet',
  ]) {
    const text = await (await fetch(served.url + path)).text()
    expect(text, path).not.toMatch(/\breport\b/)
    expect(path === '/api/fleet' || text.includes('billing'), path).toBe(true)
  }
  expect((await fetch(`${served.url}/jobs/report`)).status).toBe(404)
  expect(await (await fetch(`${served.url}/jobs/billing`)).text()).toMatch(/Run now(?![^]*Pause…)/)
  const form = await openForm('run')
  expect((await press('pause', form)).status).toBe(403)
  expect((await press('run', form)).status).toBe(303)
  expect(await stateOf('billing')).toBe('active')
  mine.clear()
  expect(await (await fetch(`${served.url}/failures`)).text()).toMatch(/None/)
})

it('answers other methods and unknown jobs with what is wrong', async () => {
  await mount({ readOnly: false })
  expect((await fetch(`${served.url}/`, { method: 'DELETE' })).status).toBe(405)
  expect((await fetch(`${served.url}/`, { method: 'HEAD' })).status).toBe(200)
  const { cookie, token } = await openForm('pause')
  const body = new URLSearchParams({ token })
  const unknown = await fetch(`${served.url}/jobs/bilings/pause`, { method: 'POST', body, headers: { cookie } })
  expect([unknown.status, await unknown.text()]).toEqual([404, expect.stringMatching(/bilings/)])
})

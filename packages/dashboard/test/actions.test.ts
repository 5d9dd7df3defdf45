import { afterEach, beforeEach, expect, it } from 'vitest'
import { createDashboard, type Dashboard, type DashboardOptions } from '@s3sched/dashboard'
import { createOperator } from '@s3sched/operator'
import { createSampleFleet, standingClock, type SampleFleet } from './fleet/sample-fleet.ts'
import { serve, type Served } from './fleet/serve.ts'

let fleet: SampleFleet
let dashboard: Dashboard
let served: Served

async function mount(options: DashboardOptions): Promise<void> {
  dashboard = createDashboard(fleet.store, { clock: fleet.clock, ...options })
  served = await serve(dashboard)
}

beforeEach(async () => {
  fleet = await createSampleFleet({ jobs: 2, runs: 4, clock: standingClock() })
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
  const verdicts: Record<string, unknown> = { look: true, act: false }
  await mount({
    readOnly: false,
    authorize: (_request, intent) => {
      asked.push(intent)
      if (verdicts[intent] === 'throw') throw new Error('no session')
      return verdicts[intent] as boolean
    },
  })
  expect((await fetch(`${served.url}/jobs/billing/pause`)).status).toBe(403)
  expect((await press('pause', { cookie: '', token: '' })).status).toBe(403)
  for (const look of [false, undefined, 1, 'throw']) {
    verdicts['look'] = look
    for (const path of ['/', '/events', '/jobs/billing']) expect((await fetch(served.url + path)).status).toBe(403)
  }
  expect(new Set(asked)).toEqual(new Set(['look', 'act']))
  expect(await stateOf('billing')).toBe('active')
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

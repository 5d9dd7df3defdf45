import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDashboard, type Dashboard } from '@s3sched/dashboard'
import { createSampleFleet, standingClock, type SampleFleet } from './fleet/sample-fleet.ts'
import { serve, type Served } from './fleet/serve.ts'

let fleet: SampleFleet
let dashboard: Dashboard
let served: Served

beforeAll(async () => {
  const clock = standingClock()
  fleet = await createSampleFleet({ jobs: 10, runs: 400, clock })
  dashboard = createDashboard(fleet.store, { clock })
  served = await serve(dashboard)
})

afterAll(async () => {
  await served[Symbol.asyncDispose]()
  await dashboard.close()
  await fleet[Symbol.asyncDispose]()
})

async function page(path: string): Promise<{ readonly status: number; readonly text: string }> {
  const answer = await fetch(served.url + path)
  return { status: answer.status, text: await answer.text() }
}

describe('the pages', () => {
  it('say how the fleet is, who leads, and what comes next', async () => {
    const { status, text } = await page('/')
    expect(status).toBe(200)
    expect(text).toMatch(/web-1/)
    expect(text).toMatch(/What comes next[\s\S]*href="\/jobs\/billing"/)
    expect(text).toMatch(/its last run ended as failed/)
  })

  it('list the jobs, and those of a name', async () => {
    expect((await page('/jobs')).text).toMatch(/10 jobs/)
    expect((await page('/jobs?q=bill')).text).toMatch(/2 jobs/)
  })

  it('draw the runs of the last hours, in words too', async () => {
    const { text } = await page('/timeline?hours=72&q=billing')
    expect(text).toMatch(/<path class="is-failed"/)
    expect(text).toMatch(/\d+ success/)
    expect(text).toMatch(/Leader<\/a>[\s\S]*is-odd[\s\S]*epoch 1: web-1/)
  })

  it('show a job with its statistics, its runs and its definition', async () => {
    const { text } = await page('/jobs/billing')
    expect(text).toMatch(/Durations of the last \d+ runs/)
    expect(text).toMatch(/href="\/jobs\/billing\/runs\/bad\?at=\d+"/)
    expect(text).toMatch(/catchUpWindowMs/)
  })

  it('show how late the runs of a job started, as percentiles and as a plot', async () => {
    const { text } = await page('/jobs/billing')
    expect(text).toMatch(/Start delay[\s\S]*From the tick to the start, of the last \d+ scheduled runs/)
    expect(text).toMatch(/aria-label="Lags of the last \d+ scheduled runs: p50 12 ms, p95 12 ms, max 12 ms"/)
  })

  it('filter the runs of a job by how they ended and by day', async () => {
    const failed = (await page('/jobs/billing?status=failed')).text
    expect(failed.slice(failed.indexOf('<tbody', failed.indexOf('Ended as')))).not.toMatch(/is-success/)
    expect((await page('/jobs/billing?from=2026-03-28&to=2026-03-28')).text).toMatch(/runs\/bad/)
    expect((await page('/jobs/billing?from=2020-01-01&to=2020-01-02')).text).toMatch(/No such runs/)
    expect((await page('/jobs/billing?from=2026-99-99&before=x&page=-4')).status).toBe(200)
  })

  it('show one run with its attempts, log and error', async () => {
    const { text } = await page(`/jobs/billing/runs/bad?at=${fleet.failed.scheduledTime}`)
    expect(text).toMatch(/PaymentError/)
    expect(text).toMatch(/charging 120 customers/)
    expect(text).toMatch(/Attempts/)
    expect((await page('/jobs/billing/runs/bad')).status).toBe(200)
  })

  it('list what failed, and take up a list where it ended', async () => {
    const { text } = await page('/failures?status=failed')
    expect(text).toMatch(/the gateway answered 502/)
    expect((await page('/failures?cursor=nonsense')).status).toBe(200)
  })

  it("show a year of a schedule in its own zone, with its clock's changes", async () => {
    const { text } = await page('/jobs/report/calendar?year=2026')
    expect(text).toMatch(/29 Mar.*03:00 GMT\+2[^<]*: put forward by 1 h/)
    expect(text.match(/the clock changes<\/span>/g)).toHaveLength(2)
    expect((await page('/jobs/report/calendar?year=9')).status).toBe(200)
  })

  it.each(['/nope', '/jobs/none', '/jobs/%zz', '/jobs/billing/runs/none', '/jobs/billing/runs/a%20b', '/jobs/a/b/c/d'])(
    'answer 404 for %s',
    async (path) => {
      expect((await page(path)).status).toBe(404)
    },
  )

  it('load nothing that is not theirs, and run nothing inline', async () => {
    const answer = await fetch(`${served.url}/`)
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(/default-src 'none'/)
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
    const text = await answer.text()
    expect(text).not.toMatch(/<script(?![^>]*\bsrc=)| style=| on[a-z]+=|(?:src|href)="(?:https?:)?\/\//)
    const files = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, file]) => file)
    expect(files).toHaveLength(3)
    for (const file of files) expect((await fetch(served.url + file)).headers.get('cache-control')).toMatch(/immutable/)
  })
})

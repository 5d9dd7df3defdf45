import { expect, it } from 'vitest'
import { createDashboard } from '@s3sched/dashboard'
import { createHistory, type RunRecord } from '@s3sched/history'
import { SchedulerPlugin } from '@s3sched/plugin'
import { createMemoryStore, writeDocument } from '@s3sched/store'
import { serve } from './fleet/serve.ts'

const EVIL = `"'><img src=x onerror=alert(1)><script>alert(2)</script></pre></title>`
const AT = Date.UTC(2026, 0, 1)

it('shows what jobs and the bucket say as text, wherever it comes from', async () => {
  const store = createMemoryStore()
  const scheduler = new SchedulerPlugin({
    store,
    skipColdStart: true,
    jobs: { evil: { schedule: '0 0 * * *', description: EVIL, action: () => EVIL } },
  })
  await scheduler.start()
  const error = { name: EVIL, message: EVIL, stack: EVIL, code: EVIL, note: EVIL, details: { [EVIL]: EVIL } }
  const run: RunRecord = {
    runId: 'r1',
    job: 'evil',
    status: 'failed',
    scheduledTime: AT,
    startedAt: AT,
    endedAt: AT + 5,
    durationMs: 5,
    attempts: [{ attempt: 1, startedAt: AT, durationMs: 5, status: 'failed', error }],
    error: { ...error, cause: error, errors: [error] },
    result: { [EVIL]: EVIL },
    reason: EVIL,
    log: [{ at: AT, attempt: 1, message: EVIL, fields: { [EVIL]: EVIL } }],
    trigger: 'manual',
    workerId: EVIL,
  }
  await createHistory(store, { prefix: 's3sched/' }).record(run)
  await store.put('s3sched/jobs/odd.json', new TextEncoder().encode('<img src=x>'))
  const member = { workerId: EVIL, host: EVIL, instance: 'x', pid: 1, startedAt: AT, staleAfterMs: 1e9, version: EVIL }
  await writeDocument(store, 's3sched/workers/evil.json', member, 'n')
  const dashboard = createDashboard(store, { readOnly: false })
  const served = await serve(dashboard)
  const paths = ['', 'timeline', 'jobs', `jobs?q=${encodeURIComponent(EVIL)}`, 'failures', 'jobs/evil', 'jobs/evil/run']
  const more = [
    `jobs/evil/runs/r1?at=${AT}`,
    'jobs/evil/calendar',
    `jobs/${encodeURIComponent(EVIL)}`,
    `timeline?q=${encodeURIComponent(EVIL)}`,
  ]
  for (const path of [...paths, ...more]) {
    const text = await (await fetch(`${served.url}/${path}`)).text()
    expect(text, path).not.toMatch(/<img|<script>|onerror=alert\(1\)>/)
  }
  const shown = await (await fetch(`${served.url}/jobs/evil/runs/r1?at=${AT}`)).text()
  expect(shown).toContain('&lt;script&gt;alert(2)&lt;/script&gt;')
  expect(await (await fetch(`${served.url}/`)).text()).toMatch(/odd[\s\S]*&lt;img/)
  await served[Symbol.asyncDispose]()
  await dashboard.close()
  await scheduler.stop()
})

import { expect, it } from 'vitest'
import { createDashboard } from '@s3sched/dashboard'
import { breakable } from './fleet/breakable-store.ts'
import { createSampleFleet, standingClock } from './fleet/sample-fleet.ts'
import { serve } from './fleet/serve.ts'

const LINE = /^s3sched_[a-z_]+(?:\{[a-z_]+="[^"\\]*"(?:,[a-z_]+="[^"\\]*")*\})? -?\d+(?:\.\d+)?(?:e[+-]\d+)?$/

it('has metrics of the whole fleet for Prometheus', async () => {
  const clock = standingClock()
  await using fleet = await createSampleFleet({ jobs: 2, runs: 40, clock })
  const breaking = breakable(fleet.store)
  await using dashboard = createDashboard(breaking.store, { clock, password: 'secret' })
  await using served = await serve(dashboard)
  const ask = (): Promise<Response> =>
    fetch(`${served.url}/metrics`, { headers: { authorization: `Basic ${btoa('prometheus:secret')}` } })
  const answer = await ask()
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  const lines = (await answer.text()).trimEnd().split('\n')
  const samples = lines.filter((line) => !line.startsWith('#'))
  expect(samples.filter((line) => !LINE.test(line))).toEqual([])
  const names = samples.map((line) => line.replace(/ \S+$/, ''))
  expect(new Set(names).size).toBe(names.length)
  const types = lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2])
  expect(new Set(types).size).toBe(types.length)
  for (const name of names)
    expect(types).toContain(name.replace(/\{.*/, '').replace(/(?<=job_duration_seconds)_(?:sum|count)$/, ''))
  for (const expected of [
    's3sched_leader_up 1',
    's3sched_instances 1',
    's3sched_jobs{state="active"} 2',
    's3sched_job_running{job="report"} 0',
  ])
    expect(samples).toContain(expected)
  const runs = samples.flatMap((line) => /^s3sched_job_runs_total\{.*\} (\d+)$/.exec(line)?.[1] ?? [])
  expect(runs.reduce((sum, count) => sum + Number(count), 0)).toBe(40)
  expect((await fetch(`${served.url}/metrics`)).status).toBe(401)
  breaking.isDown = true
  await clock.advance(60_000)
  expect((await ask()).status).toBe(503)
})

it('answers the probes of an orchestrator before it asks for a password, for a scheduler alone', async () => {
  await using fleet = await createSampleFleet({ jobs: 1, runs: 0, clock: standingClock() })
  const { clock, scheduler, store } = fleet
  await using dashboard = createDashboard(store, { clock, scheduler, password: 'secret', hosts: ['cron.example'] })
  await using served = await serve(dashboard)
  const probe = async (path: string): Promise<string> => {
    const answer = await fetch(served.url + path)
    return `${answer.status} ${await answer.text()}`
  }
  expect([await probe('/healthz'), await probe('/readyz')]).toEqual(['200 ok\n', '200 ok\n'])
  expect(await probe('/metrics')).toMatch(/^421 /)
  await scheduler.stop({ timeout: 0 })
  expect([await probe('/healthz'), await probe('/readyz')]).toEqual([
    '503 the scheduler was stopped\n',
    '503 the scheduler was stopped\n',
  ])
  await using alone = createDashboard(store, { clock })
  await using other = await serve(alone)
  expect((await fetch(`${other.url}/readyz`)).status).toBe(404)
})

import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDashboard, type Dashboard } from '@s3sched/dashboard'
import { createFleet, during, MINUTE, type Fleet } from '../../plugin/test/fleet.ts'
import { termTable } from '../src/pages/terms.ts'
import { serve, type Served } from './fleet/serve.ts'

let fleet: Fleet
let dashboard: Dashboard
let served: Served

beforeAll(async () => {
  fleet = createFleet()
  const jobs = { tidy: { schedule: '*/5 * * * *', action: (): null => null } }
  const options = { prefix: 's3sched/' }
  const first = await fleet.bootLeader(jobs, options)
  await fleet.clock.advance(20 * MINUTE)
  await during(fleet.clock, first.scheduler.stop({ timeout: 0 }))
  const second = await fleet.boot('b', jobs, options)
  await fleet.clock.advance(10 * MINUTE)
  fleet.cutOff(second)
  await fleet.boot('c', jobs, options)
  await fleet.clock.advance(10 * MINUTE)
  dashboard = createDashboard(fleet.store, { clock: fleet.clock })
  served = await serve(dashboard)
})

afterAll(async () => {
  await served[Symbol.asyncDispose]()
  await dashboard.close()
  await fleet.stopAll()
})

const rowsOf = (text: string): string[] =>
  [...text.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(([, row = '']) =>
    row
      .replaceAll(/<[^>]+>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  )

it('the overview shows who led when, how each term ended, and for how long nobody led', async () => {
  const text = await (await fetch(`${served.url}/`)).text()
  const rows = rowsOf(text.slice(text.indexOf('id="leader"')))
  expect(rows[1]).toMatch(/^3 c 2026-01-05 12:3\d:\d\d UTC \d min.* leads$/)
  expect(rows[2]).toMatch(/^2 b 2026-01-05 12:20:\d\d UTC .* fell silent last renewed 1 min 3\d s before the next$/)
  expect(rows[3]).toMatch(/^1 a 2026-01-05 12:00:\d\d UTC 20 min.* stopped/)
  expect(text).toMatch(/<svg\s+class="strip terms"[\s\S]*is-nobody/)
})

it('says why a term has no beginning', () => {
  const now = fleet.clock.now()
  const terms = [
    { epoch: 3, workerId: 'c', since: now - MINUTE, until: null, end: null },
    { epoch: 2, workerId: 'b', since: null, until: now - 3 * MINUTE, end: 'silent' as const },
  ]
  expect(rowsOf(String(termTable(terms, now)))[2]).toBe('2 b – – fell silent before its first renewal')
})

it('the timeline has them above the runs', async () => {
  const text = await (await fetch(`${served.url}/timeline?hours=6`)).text()
  expect(text).toMatch(/epoch 3: c, epoch 2: b, epoch 1: a/)
})

it('the overview calls a fleet that was stopped in order stopped, and not well', async () => {
  const stopped = createFleet()
  const options = { prefix: 's3sched/' }
  const leader = await stopped.bootLeader({ tidy: { schedule: '*/5 * * * *', action: (): null => null } }, options)
  await stopped.clock.advance(MINUTE)
  await during(stopped.clock, leader.scheduler.stop({ timeout: 0 }))
  const shown = createDashboard(stopped.store, { clock: stopped.clock })
  await using server = await serve(shown)
  const text = (await (await fetch(`${server.url}/`)).text()).replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')
  expect(text).toContain('◼ Stopped')
  expect(text).toMatch(
    /the fleet was stopped in order at 2026-01-05 12:01:\d\d UTC; the next tick is of &#39;tidy&#39;/,
  )
  expect(text).toMatch(/Leader nobody epoch 1 was stopped in order/)
  expect(text).not.toMatch(/All is well|attention/)
  await shown.close()
})

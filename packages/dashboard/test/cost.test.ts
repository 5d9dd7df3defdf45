import { afterEach, expect, it } from 'vitest'
import { createDashboard } from '@s3sched/dashboard'
import { silentLogger } from '@s3sched/kernel'
import { createManualClock } from '@s3sched/kernel/testing'
import { estimateCost, SchedulerPlugin } from '@s3sched/plugin'
import { createMemoryStore } from '@s3sched/store'
import { createCountingStore } from '@s3sched/store/testing'
import { listen } from './fleet/listen.ts'
import { serve } from './fleet/serve.ts'

const HOURS = 1
const HOURS_PER_MONTH = 720

const ends: (() => PromiseLike<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

/** What a dashboard requests whose overview is open. */
async function count(instances: number, schedules: readonly string[]): Promise<{ get: number; list: number }> {
  const clock = createManualClock(Date.UTC(2026, 0, 5, 12))
  const store = createMemoryStore({ clock })
  const jobs = Object.fromEntries(schedules.map((schedule, n) => [`job${n}`, { schedule, action: () => null }]))
  for (let n = 0; n < instances; n++) {
    const terms = { workerId: `w${n}`, skipColdStart: true, handleSignals: false, logger: silentLogger }
    const scheduler = new SchedulerPlugin({ store, clock, jobs, ...terms })
    ends.push(() => scheduler.stop({ timeout: 0 }))
    await scheduler.start()
    await clock.advance(60_000)
  }
  const counting = createCountingStore(store)
  const dashboard = createDashboard(counting.store, { clock })
  ends.push(() => dashboard.close())
  const served = await serve(dashboard)
  ends.push(() => served[Symbol.asyncDispose]())
  const page = await listen(served.url)
  ends.push(() => page[Symbol.asyncDispose]())
  await page.until(() => true)
  await clock.advance(10 * 60_000)
  counting.reset()
  await clock.advance(HOURS * 3_600_000)
  return counting.requests
}

it.each<[string, number, readonly string[]]>([
  ['an idle fleet', 1, []],
  ['a fleet with a job every five minutes', 3, ['*/5 * * * *']],
  ['a fleet with a job a minute and one every ten seconds', 2, ['* * * * *', '*/10 * * * * *']],
  ['a fleet with 100 jobs due together', 3, Array.from({ length: 100 }, () => '*/5 * * * *')],
])('estimateCost says what a dashboard that is open all the time requests of %s, within a tenth', async (...fleet) => {
  const [, instances, schedules] = fleet
  const counted = await count(instances, schedules)
  const without = estimateCost({ instances, schedules })
  const estimate = estimateCost({ instances, schedules, dashboards: 1 })
  for (const kind of ['get', 'list'] as const) {
    const perMonth = (counted[kind] / HOURS) * HOURS_PER_MONTH
    const estimated = estimate[kind] - without[kind]
    expect(Math.abs(perMonth - estimated), `${kind}: ${perMonth} counted, ${estimated} estimated`).toBeLessThanOrEqual(
      estimated / 10,
    )
  }
})

import { estimateCost } from '@s3sched/plugin'
import type { Measurement } from '../measurement.ts'
import { countFleet, dollarsPerMonth } from './count-fleet.ts'

/** The requests of fleets, counted on the simulated clock: the same on every machine. */
export async function benchmark(): Promise<readonly Measurement[]> {
  const idle = await countFleet(1, {}, 6)
  const busy = await countFleet(1, { minutely: { schedule: '* * * * *', action: () => 'done' } }, 6)
  const runs = 6 * 60
  const day = await countFleet(10, {}, 24)
  return [
    { name: 'a run with history', value: (busy.put - idle.put) / runs, unit: 'PUT', atMost: 2 },
    { name: 'a run with history', value: (busy.get - idle.get) / runs, unit: 'GET', atMost: 0 },
    { name: 'a run with history', value: (busy.list - idle.list) / runs, unit: 'LIST', atMost: 0 },
    { name: 'ten idle instances, a day', value: day.put, unit: 'PUT' },
    { name: 'ten idle instances, a day', value: day.get, unit: 'GET' },
    { name: 'ten idle instances, a day', value: day.list, unit: 'LIST' },
    { name: 'ten idle instances, a month', value: dollarsPerMonth(day, 24), unit: 'US$', atMost: 1 },
    { name: 'the same, as estimateCost says', value: estimateCost({ instances: 10 }).dollars, unit: 'US$' },
  ]
}

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parseSchedule, type Schedule } from '@s3sched/cron'
import type { Measurement } from '../measurement.ts'

const COUNT = 100_000

/** The memory of 100,000 different schedules, after a collection. */
export function measureMemory(): readonly Measurement[] {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const before = process.memoryUsage().heapUsed
  const schedules: Schedule[] = []
  for (let index = 0; index < COUNT; index += 1) {
    const [second, minute, hour] = [index % 60, Math.floor(index / 60) % 60, Math.floor(index / 3600) % 24]
    const expression = `${second} ${minute} ${hour} * * ${Math.floor(index / 86_400)}`
    schedules.push(parseSchedule(expression, { timezone: 'Europe/Berlin' }))
  }
  collect()
  const megabytes = (process.memoryUsage().heapUsed - before) / 1e6
  const kept = new Set(schedules).size
  return [{ name: `${kept.toLocaleString('en-US')} different schedules`, value: megabytes, unit: 'MB', atMost: 30 }]
}

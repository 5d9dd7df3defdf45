import { estimateCost } from '@s3sched/plugin'
import type { Measurement } from '../measurement.ts'
import { countFleet, dollarsPerMonth, manyJobs } from './count-fleet.ts'

const MINUTE = 60_000

/** The requests of fleets, counted on the simulated clock: the same on every machine. */
export async function benchmark(): Promise<readonly Measurement[]> {
  return [...(await ofOneJob()), ...(await ofIdleFleet()), ...(await ofEverySecond()), ...(await ofEveryMinute())]
}

async function ofOneJob(): Promise<readonly Measurement[]> {
  const hours = 24
  const idle = await countFleet({ instances: 1, hours, jobs: manyJobs(1, null, 0) })
  const hourly = await countFleet({ instances: 1, hours, jobs: manyJobs(1, '0 * * * *', 0) })
  return [
    { name: 'a run of a lone hourly job', value: (hourly.put - idle.put) / hours, unit: 'PUT', atMost: 2.2 },
    { name: 'a run of a lone hourly job', value: (hourly.get - idle.get) / hours, unit: 'GET', atMost: 0 },
    { name: 'a run of a lone hourly job', value: (hourly.list - idle.list) / hours, unit: 'LIST', atMost: 0 },
  ]
}

async function ofIdleFleet(): Promise<readonly Measurement[]> {
  const day = await countFleet({ instances: 10, hours: 24 })
  return [
    { name: 'ten idle instances, a day', value: day.put, unit: 'PUT' },
    { name: 'ten idle instances, a day', value: day.get, unit: 'GET' },
    { name: 'ten idle instances, a day', value: day.list, unit: 'LIST' },
    { name: 'ten idle instances, a month', value: dollarsPerMonth(day, 24), unit: 'US$', atMost: 1 },
    { name: 'the same, as estimateCost says', value: estimateCost({ instances: 10 }).dollars, unit: 'US$' },
  ]
}

async function ofEverySecond(): Promise<readonly Measurement[]> {
  const hours = 0.5
  const jobs = manyJobs(20, '* * * * * *', 0)
  const idle = await countFleet({ instances: 1, hours, jobs: manyJobs(20, null, 0) })
  const alone = await countFleet({ instances: 1, hours, jobs })
  const three = await countFleet({ instances: 3, hours, jobs })
  const idleThree = await countFleet({ instances: 3, hours, jobs: manyJobs(20, null, 0) })
  const seconds = hours * 3600
  const name = '20 jobs every second'
  return [
    { name: `${name}, one instance, a second`, value: (alone.put - idle.put) / seconds, unit: 'PUT', atMost: 3 },
    { name: `${name}, one instance, a second`, value: (alone.get - idle.get) / seconds, unit: 'GET' },
    { name: `${name}, three instances, a second`, value: three.get / seconds, unit: 'GET' },
    {
      name: `${name}, three instances: looks of a standby, a second`,
      value: (three.get - idleThree.get) / seconds / 2,
      unit: 'GET',
      atMost: 1.1,
    },
    { name: `${name}, three instances, a month`, value: dollarsPerMonth(three, hours), unit: 'US$', atMost: 25 },
  ]
}

async function ofEveryMinute(): Promise<readonly Measurement[]> {
  const hours = 2
  const jobs = manyJobs(100, '* * * * *', 20_000)
  const name = '100 jobs every minute, actions up to 20 s, three instances, a month'
  const byDefault = await countFleet({ instances: 3, hours, jobs })
  const patient = await countFleet({ instances: 3, hours, jobs, options: { recordWithin: MINUTE } })
  return [
    { name: `${name}: at the defaults`, value: dollarsPerMonth(byDefault, hours), unit: 'US$', atMost: 4 },
    { name: `${name}: recordWithin of a minute`, value: dollarsPerMonth(patient, hours), unit: 'US$', atMost: 1.5 },
    { name: `${name}: at the defaults, a minute`, value: byDefault.put / (hours * 60), unit: 'PUT' },
    { name: `${name}: recordWithin of a minute, a minute`, value: patient.put / (hours * 60), unit: 'PUT' },
  ]
}

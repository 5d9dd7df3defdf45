import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { estimateCost, type JobContext } from '../src/index.ts'
import { shardOf } from '@s3sched/jobs'
import {
  createFleet,
  during,
  eventsOf,
  MINUTE,
  NO_HISTORY,
  SECOND,
  type Fleet,
  type FleetJobs,
  type Instance,
} from './fleet.ts'

const OPTIONS = { shards: 8, skipColdStart: false, heartbeatInterval: 2000, coldStartObservationWindow: 1000 }
let fleet: Fleet
beforeEach(() => {
  fleet = createFleet()
})
afterEach(() => fleet.stopAll())

/** The name of a job in the shard. */
function nameIn(shard: number, shards: number = OPTIONS.shards): string {
  for (let index = 0; ; index++) if (shardOf(`job-${index}`, shards) === shard) return `job-${index}`
}

/** A job in each shard, and a second one in some. */
const NAMES = [...Array.from({ length: OPTIONS.shards }, (_, shard) => nameIn(shard)), 'second', 'another-second']

/** The time between two ticks. */
const PERIOD = 2 * SECOND

/** Jobs in every shard that note the instance of each tick. */
function noting(ran: string[], workerId: string): FleetJobs {
  const action = (_: unknown, { jobName, scheduledTime }: JobContext): void =>
    void ran.push(`${jobName} ${scheduledTime.getTime()} ${workerId}`)
  return Object.fromEntries(NAMES.map((name) => [name, { schedule: '*/2 * * * * *', action }]))
}

const ticksOf = (ran: readonly string[]): string[] => ran.map((each) => each.split(' ').slice(0, 2).join(' '))

const led = ({ scheduler }: Instance): number =>
  scheduler.getLeaders().filter((leader) => leader?.workerId === scheduler.workerId).length

describe('a fleet with 8 shards', () => {
  async function four(ran: string[]): Promise<Instance[]> {
    const all: Instance[] = []
    for (const id of ['a', 'b', 'c', 'd'])
      all.push(await fleet.boot(id, noting(ran, id), { ...OPTIONS, ...NO_HISTORY }))
    await fleet.clock.advance(20 * SECOND)
    return all
  }

  it('runs each tick of each job once, on the instance that leads its shard', async () => {
    const ran: string[] = []
    const all = await four(ran)
    expect(all.map(led)).toEqual([2, 2, 2, 2])
    ran.length = 0
    await fleet.clock.advance(30 * SECOND)
    expect(new Set(ticksOf(ran)).size).toBe(NAMES.length * 15)
    expect(ran).toHaveLength(NAMES.length * 15)
    for (const line of ran) {
      const [job = '', , worker = ''] = line.split(' ')
      const leader = all.find(({ scheduler }) => scheduler.isLeader(job))
      expect(worker).toBe(leader?.scheduler.workerId)
    }
    expect(new Set(ran.map((line) => line.split(' ')[2])).size).toBe(4)
  })

  it('says who leads the shard of a job, and of which shard an event tells', async () => {
    const all = await four([])
    const [a] = all as [Instance]
    for (const name of NAMES) {
      const leader = all.find(({ scheduler }) => scheduler.isLeader(name))?.scheduler.workerId
      expect(a.scheduler.getJobStatus(name)?.leader).toBe(leader)
      expect(a.scheduler.getLeader(name)?.workerId).toBe(leader)
      expect(a.scheduler.getLeaders()[shardOf(name, 8)]?.workerId).toBe(leader)
    }
    expect(a.scheduler.isLeader()).toBe(true)
    const promoted = eventsOf(a, 'plg:scheduler:coordinator-promoted').map(({ shard }) => shard)
    expect(promoted).toHaveLength(2)
    for (const shard of promoted) expect(a.scheduler.getLeaders()[shard as number]?.workerId).toBe('a')
  })

  it('loses and doubles no tick when one dies, one comes and one stops', async () => {
    const ran: string[] = []
    const all = await four(ran)
    const [a, b] = all as [Instance, Instance]
    ran.length = 0
    const from = fleet.clock.now()
    fleet.cutOff(a)
    await fleet.clock.advance(30 * SECOND)
    const e = await fleet.boot('e', noting(ran, 'e'), { ...OPTIONS, ...NO_HISTORY })
    await fleet.clock.advance(MINUTE)
    expect([...all.slice(1), e].map(led)).toEqual([2, 2, 2, 2])
    await during(fleet.clock, b.scheduler.stop())
    await fleet.clock.advance(30 * SECOND)
    const ticks = ticksOf(ran)
    expect(new Set(ticks).size).toBe(ticks.length)
    // Runs that the dead instance had claimed and not started are lost, and announced as lost.
    const lost = [...all.slice(1), e].flatMap((each) => eventsOf(each, 'plg:scheduler:job-lost'))
    const until = fleet.clock.now() - 2 * SECOND
    const expected = NAMES.flatMap((name) => {
      const times: string[] = []
      for (let at = from + PERIOD - (from % PERIOD); at <= until; at += PERIOD) times.push(`${name} ${at}`)
      return times
    })
    const lostTicks = lost.map(
      ({ jobName, scheduledTime }) => `${String(jobName)} ${(scheduledTime as Date).getTime()}`,
    )
    const explained = new Set([...ticks, ...lostTicks])
    const unexplained = expected.filter((tick) => !explained.has(tick))
    expect(unexplained).toEqual([])
  })

  it('obeys requests to run and to cancel, whoever leads the shard', async () => {
    const ran: string[] = []
    const all = await four([])
    const [a] = all as [Instance]
    for (const { scheduler } of all) {
      scheduler.on('jobCompleted', ({ jobName, trigger }) => {
        if (trigger === 'request') ran.push(jobName)
      })
    }
    for (const name of NAMES) await during(fleet.clock, a.scheduler.requestRun(name))
    await fleet.clock.advance(20 * SECOND)
    expect(ran.toSorted()).toEqual(NAMES.toSorted())
  })
})

describe('a chain from one shard to another', () => {
  it('goes on at once, in the process of the predecessor or that of the shard', async () => {
    const first = nameIn(0)
    const second = nameIn(5)
    const ran: string[] = []
    const jobs = (workerId: string): FleetJobs => ({
      [first]: { schedule: '*/10 * * * * *', action: () => void ran.push(`first ${workerId}`) },
      [second]: { schedule: null, after: first, action: () => void ran.push(`second ${workerId}`) },
    })
    const all = [await fleet.boot('a', jobs('a'), OPTIONS), await fleet.boot('b', jobs('b'), OPTIONS)]
    await fleet.clock.advance(20 * SECOND)
    expect(all.map(led)).toEqual([4, 4])
    ran.length = 0
    await fleet.clock.advance(30 * SECOND)
    expect(ran.map((each) => each.split(' ')[0])).toEqual(['first', 'second', 'first', 'second', 'first', 'second'])
  })
})

describe('the requests of an idle half hour with 8 shards', () => {
  it.each([1, 4])(
    'of %i instances are what is estimated, with one look at the marker for each process',
    async (count) => {
      const all: Instance[] = []
      const jobs: FleetJobs = { job: { schedule: '0 0 1 1 *', action: () => {} } }
      const options = { shards: 8, skipColdStart: false }
      for (let index = 0; index < count; index++) all.push(await fleet.boot(`w${index}`, jobs, options))
      await fleet.clock.advance(10 * MINUTE)
      for (const each of all) each.resetRequests()
      await fleet.clock.advance(30 * MINUTE)
      const estimate = estimateCost({ instances: count, shards: 8, schedules: ['0 0 1 1 *'] })
      for (const kind of ['put', 'get', 'list'] as const) {
        const counted = all.reduce((total, { requests }) => total + requests[kind], 0) * 2 * 24 * 30
        // An hourly or daily request may or may not fall into the counted half hour.
        const slack = estimate[kind] / 10 + (kind === 'list' ? 10 * 2 * 720 : 0)
        expect(Math.abs(counted - estimate[kind]), `${kind}: ${counted} counted`).toBeLessThanOrEqual(slack)
      }
    },
  )
})

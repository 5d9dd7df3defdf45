import { decodeDocument, StoreError } from '@s3sched/store'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JobContext } from '../src/index.ts'
import { createFleet, during, eventsOf, MINUTE, SECOND, type Fleet, type FleetJobs, type Instance } from './fleet.ts'

const HEARTBEAT = 10 * SECOND
const OPTIONS = { heartbeatInterval: HEARTBEAT }

/** A run's begin and end, by the clock; `endedAt` is missing for an open run. */
interface Span {
  readonly workerId: string
  readonly runId: string
  readonly startedAt: number
  endedAt?: number
}

describe('runs of one job in several processes', () => {
  let fleet: Fleet
  let spans: Span[]
  beforeEach(() => {
    fleet = createFleet()
    spans = []
  })
  afterEach(() => fleet.stopAll())

  /** A job whose runs last until told to end. */
  const lasting = (workerId: string, ms: number, more: object = {}): FleetJobs[string] => ({
    schedule: null,
    ...more,
    action: async (_: unknown, { runId, signal }: JobContext) => {
      const span: Span = { workerId, runId, startedAt: fleet.clock.now() }
      spans.push(span)
      try {
        await fleet.clock.sleep(ms, signal)
      } finally {
        span.endedAt = fleet.clock.now()
      }
    },
  })
  const overlapping = (): Span[] =>
    spans.filter((span) =>
      spans.some(
        (other) => other !== span && other.startedAt >= span.startedAt && other.startedAt < (span.endedAt ?? Infinity),
      ),
    )
  /** Marks the promise as handled, since the test awaits it later. */
  const inBackground = (promise: Promise<unknown>): void => void promise.catch(() => undefined)

  it('a run is not taken for one of a later process of the same name, whatever the clocks say', async () => {
    const jobs = (workerId: string): FleetJobs => ({
      job: lasting(workerId, 60 * MINUTE),
      other: lasting(workerId, 60 * MINUTE),
    })
    const a = await fleet.bootLeader(jobs('a'), OPTIONS)
    const b = await fleet.boot('b', jobs('b'), OPTIONS)
    inBackground(b.scheduler.runJob('job'))
    await fleet.clock.advance(SECOND)
    fleet.cutOff(b)
    await fleet.clock.advance(HEARTBEAT)
    fleet.clock.step(-60 * MINUTE)
    const again = await fleet.boot('b', jobs('b'), OPTIONS)
    inBackground(again.scheduler.runJob('other'))
    await expect(during(fleet.clock, a.scheduler.runJob('job'))).rejects.toMatchObject({ code: 'JOB_ALREADY_RUNNING' })
    await fleet.clock.advance(4 * HEARTBEAT)
    inBackground(a.scheduler.runJob('job'))
    await fleet.clock.advance(SECOND)
    expect(eventsOf(a, 'plg:scheduler:job-lost')).toMatchObject([{ jobName: 'job' }])
    expect(spans.at(-1)).toMatchObject({ workerId: 'a' })
    expect(spans[0]?.endedAt).toBeDefined()
  })

  it('a requested run waits for the one that goes on elsewhere', async () => {
    const a = await fleet.bootLeader({ job: lasting('a', SECOND) }, OPTIONS)
    const b = await fleet.boot('b', { job: lasting('b', MINUTE) }, OPTIONS)
    inBackground(b.scheduler.runJob('job'))
    await fleet.clock.advance(SECOND)
    const id = await during(fleet.clock, a.scheduler.requestRun('job'))
    await fleet.clock.advance(2 * MINUTE)
    expect(spans.map(({ workerId }) => workerId)).toEqual(['b', 'a'])
    expect(spans[1]?.runId).toBe(id)
    expect(overlapping()).toEqual([])
  })

  it('a run that comes after another waits for its own that goes on elsewhere', async () => {
    const first: FleetJobs = { first: { schedule: '0 * * * * *', action: () => 'done' } }
    const chained = (workerId: string): FleetJobs => ({
      ...first,
      job: lasting(workerId, 90 * SECOND, { after: 'first' }),
    })
    const a = await fleet.bootLeader(chained('a'), OPTIONS)
    const b = await fleet.boot('b', chained('b'), OPTIONS)
    inBackground(b.scheduler.runJob('job'))
    await fleet.clock.advance(3 * MINUTE)
    expect(spans.map(({ workerId }) => workerId).slice(0, 2)).toEqual(['b', 'a'])
    expect(overlapping()).toEqual([])
    expect(a.scheduler.isLeader()).toBe(true)
  })

  it('a run by hand ends before the others may believe that its process is gone', async () => {
    const jobs = (workerId: string): FleetJobs => ({
      job: lasting(workerId, 10 * MINUTE, { schedule: '*/10 * * * * *', catchUp: 'none' }),
    })
    await fleet.bootLeader({ job: { ...jobs('a')['job'], action: () => 'done' } as FleetJobs[string] }, OPTIONS)
    const b = await fleet.boot('b', jobs('b'), OPTIONS)
    inBackground(b.scheduler.runJob('job'))
    await fleet.clock.advance(5 * SECOND)
    const cutAt = fleet.clock.now()
    fleet.cutOff(b)
    await fleet.clock.advance(4 * HEARTBEAT)
    expect(spans).toHaveLength(1)
    expect(spans[0]?.endedAt).toBeLessThanOrEqual(cutAt + 2 * HEARTBEAT)
  })

  it('is not declared lost because the member object of its process can not be read at the moment', async () => {
    const a = await fleet.bootLeader({ job: lasting('a', SECOND, { schedule: '*/10 * * * * *' }) }, OPTIONS)
    const b = await fleet.boot('b', { job: lasting('b', MINUTE, { schedule: '*/10 * * * * *' }) }, OPTIONS)
    await fleet.clock.advance(10 * SECOND - (fleet.clock.now() % (10 * SECOND)) + 3 * SECOND)
    inBackground(b.scheduler.runJob('job'))
    await fleet.clock.advance(5.5 * SECOND)
    // The leader's last run has ended and blocks no run, although the job's record still names it.
    expect(spans.at(-1)?.workerId).toBe('b')
    await fleet.store.put('workers/b.json', new TextEncoder().encode('{'))
    await fleet.clock.advance(2 * SECOND)
    expect(eventsOf(a, 'plg:scheduler:job-lost')).toEqual([])
    expect(overlapping()).toEqual([])
  })
})

/** The instance's reads of job records fail. */
function denyRecords({ network }: Instance): () => void {
  const get = network.store.get.bind(network.store)
  network.store.get = (key, options) =>
    key.startsWith('jobs/')
      ? Promise.reject(new StoreError('no answer', { code: 'NETWORK', retriable: true }))
      : get(key, options)
  return () => void (network.store.get = get)
}

describe('a leader that can not read the jobs yet', () => {
  it('leaves the watermark where the last one left it', async () => {
    const fleet = createFleet()
    const jobs: FleetJobs = { job: { schedule: '*/10 * * * * *', action: () => 'done' } }
    const watermark = async (): Promise<number> => {
      const got = await fleet.store.get('leader.json')
      const decoded = got.outcome === 'found' ? decodeDocument(got.body) : undefined
      const payload = decoded?.outcome === 'found' ? decoded.fields['payload'] : undefined
      return Number((payload as { readonly watermark: unknown }).watermark)
    }
    const a = await fleet.bootLeader(jobs, OPTIONS)
    const b = await fleet.boot('b', jobs, OPTIONS)
    await fleet.clock.advance(MINUTE)
    fleet.cutOff(a)
    const left = await watermark()
    const allow = denyRecords(b)
    await fleet.clock.advance(2 * MINUTE)
    expect(b.scheduler.isLeader()).toBe(true)
    expect(await watermark()).toBe(left)
    allow()
    await fleet.clock.advance(MINUTE)
    expect(await watermark()).toBeGreaterThan(left + MINUTE)
    await fleet.stopAll()
  })

  it('takes a change in later, that it could not read at first', async () => {
    const fleet = createFleet()
    const starts: number[] = []
    const jobs: FleetJobs = { job: { schedule: '*/10 * * * * *', action: () => void starts.push(fleet.clock.now()) } }
    const a = await fleet.bootLeader(jobs, OPTIONS)
    const b = await fleet.boot('b', jobs, OPTIONS)
    await during(fleet.clock, b.scheduler.disableJob('job'))
    await fleet.clock.advance(30 * SECOND)
    const allow = denyRecords(a)
    await during(fleet.clock, b.scheduler.enableJob('job'))
    await fleet.clock.advance(20 * SECOND)
    allow()
    starts.length = 0
    await fleet.clock.advance(MINUTE)
    expect(starts.length).toBeGreaterThan(2)
    await fleet.stopAll()
  })
})

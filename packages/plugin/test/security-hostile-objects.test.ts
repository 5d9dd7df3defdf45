import { damageRecords, readFields } from '@s3sched/jobs/testing'
import { segmentKey } from '@s3sched/history/segments'
import { S3SchedError, silentLogger } from '@s3sched/kernel'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Database, type JobContext } from '../src/index.ts'
import { createFleet, during, eventsOf, HOUR, MINUTE, NOON, SECOND, type Fleet } from './fleet.ts'
import { EVERY, HOSTILE_BODIES, spoilt } from './hostile-bodies.ts'

const JOB = { schedule: '*/20 * * * * *' }
const OPTIONS = { heartbeatInterval: 10 * SECOND }

const TIMES = { newest: NOON, oldest: NOON, count: 1, statuses: new Set(['failed'] as const) }
/** The key of a segment that may hold runs of any job. */
const SEGMENT = segmentKey({ page: 'root', ...TIMES, jobs: '_'.repeat(8), hash: 'h'.repeat(16) })

/** Jobs that are due within the time in which a leader certainly looks at the marker of changes: 15 s. */
const OFTEN = { schedule: '*/8 * * * * *' }
const LOOK_MS = 16 * SECOND

/** Jobs whose records are damaged at the same time, each in a way of its own. */
const VICTIMS = 24

let fleet: Fleet
let starts: [job: string, tick: number][]

beforeEach(() => {
  fleet = createFleet()
  starts = []
})
afterEach(() => fleet.stopAll())

const put = (key: string, body: string): Promise<unknown> => fleet.store.put(key, new TextEncoder().encode(body))

async function fieldsOf(key: string): Promise<Record<string, unknown>> {
  const got = await fleet.store.get(key)
  if (got.outcome !== 'found') throw new Error(`no ${key}`)
  return JSON.parse(new TextDecoder().decode(got.body)) as Record<string, unknown>
}

const jobs = (...names: string[]) => jobsWith(JOB, names)
const jobsWith = (job: typeof JOB, names: readonly string[]) =>
  Object.fromEntries(
    names.map((name) => [
      name,
      {
        ...job,
        action: (_: unknown, context: JobContext) => void starts.push([name, context.scheduledTime.getTime()]),
      },
    ]),
  )

/** The ticks of the other jobs go on, in time and each once, and `Object.prototype` is unchanged. */
async function expectOthersGoOn(names: readonly string[] = ['other'], ms = 2 * MINUTE): Promise<void> {
  starts = []
  const from = fleet.clock.now()
  await fleet.clock.advance(ms)
  for (const name of names) {
    const ticks = starts.filter(([job]) => job === name).map(([, tick]) => tick)
    expect(ticks.length).toBeGreaterThanOrEqual(5)
    expect(new Set(ticks).size).toBe(ticks.length)
    expect(Math.min(...ticks)).toBeGreaterThan(from - MINUTE)
  }
  expect(Object.keys(Object.prototype)).toEqual([])
  expect({}).not.toHaveProperty('polluted')
}

/** A job's record with a run of every kind. */
async function rightRecord(): Promise<Record<string, unknown>> {
  const fields = await readFields(fleet.store, 'victim')
  if (fields === undefined) throw new Error('no record')
  return fields
}

const RUN = {
  runId: 'r1',
  tick: NOON,
  trigger: 'schedule',
  fence: 1,
  workerId: 'gone',
  role: 'leader',
  epoch: 1,
  instance: 'i',
  claimedAt: NOON,
  retry: { attempt: 1, error: 'e', delayMs: 1000, notedAt: NOON, released: false },
}

describe('a hostile record of a job', () => {
  it('leaves the other jobs alone, whatever it is', async () => {
    const victims = ['victim', ...Array.from({ length: VICTIMS - 1 }, (_, index) => `victim${index}`)]
    const a = await fleet.bootLeader(jobsWith(OFTEN, [...victims, 'other']), OPTIONS)
    // Between two ticks: a record that goes back while a claim waits for its instant lets the tick run again.
    await fleet.clock.advance(20 * SECOND)
    const right = await rightRecord()
    const bodies = [
      ...HOSTILE_BODIES,
      ...spoilt(right),
      ...spoilt(RUN).map(([what, run]) => [what, spliced(right, 'running', `[${run}]`)] as const),
      ...spoilt(RUN.retry).map(
        ([what, retry]) => [what, spliced(right, 'running', `[${inRun('retry', retry)}]`)] as const,
      ),
      ...spoilt(right['spec'] as Record<string, unknown>).flatMap(([what, spec]) => [
        [what, spliced(right, 'spec', spec)] as const,
        [what, spliced(right, 'override', `{"against":"x","fields":${spec}}`)] as const,
      ]),
    ]
    const badJobs: string[] = []
    for (let first = 0; first < bodies.length; first += VICTIMS) {
      const several = bodies.slice(first, first + VICTIMS)
      await damageRecords(
        fleet.store,
        Object.fromEntries(several.map(([, body], index) => [victims[index] ?? '', body])),
      )
      const what = several.map(([name]) => name).join('; ')
      await put('changes.json', `{"v":1,"nonce":${JSON.stringify(`${what} ${first}`)}}`)
      const from = fleet.clock.now()
      starts = []
      await fleet.clock.advance(LOOK_MS)
      for (const victim of victims) a.scheduler.getJobStatus(victim)
      a.scheduler.getAllJobsStatus()
      if (!starts.some(([job, tick]) => job === 'other' && tick > from)) badJobs.push(what)
      if (starts.some(([, tick]) => !Number.isFinite(tick) || tick > fleet.clock.now() + HOUR))
        badJobs.push(`${what}: a tick`)
    }
    expect(bodies.length).toBeGreaterThan(500 / EVERY)
    expect(badJobs).toEqual([])
    await damageRecords(fleet.store, Object.fromEntries(victims.map((victim) => [victim, JSON.stringify(right)])))
    await expectOthersGoOn(['other', ...victims], MINUTE)
  })

  it('that is there before the start keeps only its own job from running', async () => {
    const bodies = HOSTILE_BODIES.map(([what, body]) => [`victim of ${what}`, body] as const)
    const victims = bodies.map(([victim]) => victim)
    await damageRecords(fleet.store, Object.fromEntries(bodies))
    const a = await fleet.bootLeader(jobs(...victims, 'other'), OPTIONS)
    await expectOthersGoOn()
    expect(new Set(starts.map(([job]) => job))).toEqual(new Set(['other']))
    const told = eventsOf(a, 'error').map(({ jobName }) => jobName)
    expect(new Set(told)).toEqual(new Set(victims))
  })

  function spliced(right: Record<string, unknown>, field: string, json: string): string {
    return JSON.stringify({ v: 1, nonce: 'n', ...right, [field]: 'PUT IT HERE' }).replace('"PUT IT HERE"', json)
  }
  function inRun(field: string, json: string): string {
    return JSON.stringify({ ...RUN, [field]: 'PUT IT HERE' }).replace('"PUT IT HERE"', json)
  }
})

describe('a hostile object', () => {
  const right: Readonly<Record<string, () => Promise<Record<string, unknown>> | Record<string, unknown>>> = {
    'workers/b.json': () => fieldsOf('workers/a.json'),
    'workers/a.json': () => fieldsOf('workers/a.json'),
    'probe.json': () => ({ where: 'memory', rounds: 3, writers: 8, checkedAt: NOON, warnings: [] }),
    'triggers/other.x1.json': () => ({ kind: 'run', requestedAt: NOON, fields: {} }),
    'triggers/no/such job.x.json': () => ({ kind: 'cancel', requestedAt: NOON, fields: {} }),
    'jobs/pages/no such page.json': () => fieldsOf('jobs/pages/root.json'),
    'jobs/no/such job.json': () => fieldsOf('jobs/pages/root.json'),
    [SEGMENT]: () => ({
      runId: 'h1',
      job: 'other',
      status: 'failed',
      scheduledTime: NOON,
      startedAt: NOON,
      endedAt: NOON,
      durationMs: 1,
      attempts: [{ attempt: 1, startedAt: NOON, durationMs: 1, status: 'failed', error: { name: 'E', message: 'm' } }],
      error: { name: 'E', message: 'm' },
      trigger: 'schedule',
      workerId: 'a',
      log: [],
      reason: 'x',
      count: 1,
    }),
  }

  it.each([
    ['in any place', right],
    ['in the place of the marker of changes', { 'changes.json': () => ({ any: 1 }) }],
  ])('%s stops nothing', async (_, places) => {
    const a = await fleet.bootLeader(jobs('other'), OPTIONS)
    await fleet.clock.advance(MINUTE)
    const series = await Promise.all(
      Object.entries(places).map(async ([key, rightFields]) => {
        const { v: _v, nonce: _n, ...fields } = await rightFields()
        return { key, bodies: [...HOSTILE_BODIES, ...spoilt(fields)] }
      }),
    )
    const wrong: string[] = []
    for (let round = 0; series.some(({ bodies }) => round < bodies.length); round++) {
      const puts = series.flatMap(({ key, bodies }) =>
        bodies.slice(round, round + 1).map((hostile) => [key, ...hostile] as const),
      )
      for (const [key, , body] of puts) await put(key, body)
      const what = puts.map(([key, name]) => `${key}: ${name}`).join('; ')
      if (!('changes.json' in places)) await put('changes.json', `{"v":1,"nonce":${JSON.stringify(what)}}`)
      await fleet.clock.advance(20 * SECOND)
      const workers = await during(fleet.clock, a.scheduler.getActiveWorkers())
      if (!workers.every(({ workerId }) => ['a', 'b'].includes(workerId))) wrong.push(`the members with ${what}`)
      const runs = await during(fleet.clock, a.scheduler.getJobHistory('other'))
      if (!runs.every(({ error, status }) => isText(status) && (error === null || isText(error))))
        wrong.push(`the history with ${what}`)
    }
    expect(wrong).toEqual([])
    await expectOthersGoOn()
    // A request is obeyed despite the hostile objects beside it.
    const id = await during(fleet.clock, a.scheduler.requestRun('other'))
    await fleet.clock.advance(MINUTE)
    expect(eventsOf(a, 'jobStarted').some(({ runId }) => runId === id)).toBe(true)
    expect(eventsOf(a, 'jobStarted').every(({ runId }) => String(runId).length < 200)).toBe(true)
  })

  const isText = (value: unknown): boolean => typeof value === 'string'
})

describe('a hostile catalog.json', () => {
  it('is refused as a whole, or leaves out what makes no sense', async () => {
    const definition = { name: 'users', attributes: { a: 'string' }, partitions: {} }
    const bodies = [
      ...HOSTILE_BODIES,
      ...spoilt({ resources: { users: definition } }),
      ...spoilt(definition).map(
        ([what, users]) => [what, `{"v":1,"nonce":"n","resources":{"users":${users},"__proto__":{}}}`] as const,
      ),
    ]
    let refusals = 0
    for (const [what, body] of bodies) {
      await put('s3sched/resources/catalog.json', body)
      const database = new Database({ store: fleet.store, logger: silentLogger })
      const outcome = await database.connect().catch((error: unknown) => error)
      expect([what, outcome === undefined || outcome instanceof S3SchedError]).toEqual([what, true])
      refusals += outcome === undefined ? 0 : 1
      expect(Object.keys(database.resources).every((name) => name === 'users')).toBe(true)
      expect({}).not.toHaveProperty('polluted')
    }
    expect(refusals).toBeGreaterThan(10)
  })
})

describe('a hostile leader.json', () => {
  it('is held for ever, and nothing is started by whoever can not read it', async () => {
    for (const [what, body] of HOSTILE_BODIES) {
      fleet = createFleet()
      await put('leader.json', body)
      const { scheduler } = await fleet.boot('a', jobs('other'), OPTIONS)
      await fleet.clock.advance(2 * MINUTE)
      expect([what, scheduler.isLeader()]).toEqual([what, false])
      await fleet.stopAll()
    }
    expect(starts).toEqual([])
  })

  it('whose payload is nonsense leaves the next leader every tick', async () => {
    const { v: _v, nonce: _n, ...lease } = await leaseOf(fleet)
    const payloads = spoilt({ watermark: NOON, unclaimed: {} }).concat([['far ahead', '{"watermark":9999999999999}']])
    for (const [what, payload] of payloads) {
      fleet = createFleet()
      const free = { ...lease, state: 'free', payload: 'PUT IT HERE' }
      await put('leader.json', JSON.stringify({ v: 1, nonce: 'n', ...free }).replace('"PUT IT HERE"', payload))
      await fleet.bootLeader(jobs('other'), OPTIONS)
      await fleet.clock.advance(SECOND)
      starts = []
      await fleet.clock.advance(2 * MINUTE)
      expect([what, new Set(starts.map(([, tick]) => tick)).size]).toEqual([what, starts.length])
      expect(starts.length).toBeGreaterThanOrEqual(5)
      await fleet.stopAll()
    }
  })

  async function leaseOf(from: Fleet): Promise<Record<string, unknown>> {
    await from.bootLeader(jobs('other'), OPTIONS)
    await from.clock.advance(MINUTE)
    const got = await from.store.get('leader.json')
    if (got.outcome !== 'found') throw new Error('no lease')
    await from.stopAll()
    return JSON.parse(new TextDecoder().decode(got.body)) as Record<string, unknown>
  }
})

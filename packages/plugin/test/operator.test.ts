import { expect, it } from 'vitest'
import { listAll, encodeDocument, type ObjectStore } from '@s3sched/store'
import { createFleet, during, HOUR, MINUTE, SECOND, type Fleet } from './fleet.ts'
import { changeFields, deletePages } from '@s3sched/jobs/testing'
import { assessHealth, createOperator, type Operator } from '@s3sched/operator'

const operatorOf = ({ clock, store }: Fleet): Operator => createOperator(store, { prefix: '', clock })

it('shows a run that ended as ended, although the record still names it', async () => {
  const fleet = createFleet()
  await fleet.bootLeader({ tidy: { schedule: '* * * * *', action: () => 'done' } })
  await fleet.clock.advance(90 * SECOND)
  const operator = operatorOf(fleet)
  const { jobs } = await operator.jobs()
  expect(jobs).toHaveLength(1)
  expect(jobs[0]).toMatchObject({ name: 'tidy', state: 'active', running: [], overdueSince: null })
  expect(jobs[0]?.lastRun?.status).toBe('success')
  expect(jobs[0]?.statistics.counts.success).toBe(1)
  await fleet.stopAll()
})

it('shows a run that goes on', async () => {
  const fleet = createFleet()
  await fleet.bootLeader({ slow: { schedule: '* * * * *', action: () => new Promise(() => undefined) } })
  await fleet.clock.advance(90 * SECOND)
  const job = await operatorOf(fleet).job('slow')
  expect(job.running).toMatchObject([
    { trigger: 'schedule', workerId: 'a', role: 'leader', epoch: 1, retryAfter: null },
  ])
  expect(job.lastRun).toBeNull()
  await fleet.stopAll()
})

it('pauses a job for everybody, and the leader claims no tick of it until it is resumed', async () => {
  const fleet = createFleet()
  await fleet.bootLeader({ tidy: { schedule: '* * * * *', action: () => 'done' } })
  const operator = operatorOf(fleet)
  expect(await operator.pause('tidy')).toBe('changed')
  expect(await operator.pause('tidy')).toBe('unchanged')
  await fleet.clock.advance(5 * MINUTE)
  expect((await operator.job('tidy')).statistics.total).toBe(0)
  expect((await operator.job('tidy')).state).toBe('paused')
  expect(await operator.resume('tidy')).toBe('changed')
  await fleet.clock.advance(2 * MINUTE + 20 * SECOND)
  const resumed = await operator.job('tidy')
  expect(resumed.state).toBe('active')
  expect(resumed.statistics.counts).toMatchObject({ success: 2, missed: 0 })
  await fleet.stopAll()
})

it('asks for a run, which has the id that it was given and the context that came with it', async () => {
  const fleet = createFleet()
  const seen: unknown[] = []
  await fleet.bootLeader({ tidy: { schedule: null, action: (_, context) => void seen.push(context['why']) } })
  const operator = operatorOf(fleet)
  const runId = await operator.requestRun('tidy', { why: 'by hand' })
  expect(await operator.requests()).toMatchObject([{ id: runId, jobName: 'tidy', kind: 'run' }])
  await fleet.clock.advance(20 * SECOND)
  expect(seen).toEqual(['by hand'])
  expect((await operator.job('tidy')).lastRun).toMatchObject({ runId, status: 'success' })
  expect(await operator.requests()).toEqual([])
  await fleet.stopAll()
})

it('asks for the end of a run', async () => {
  const fleet = createFleet()
  await fleet.bootLeader({
    slow: {
      schedule: '* * * * *',
      action: (_, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    },
  })
  await fleet.clock.advance(61 * SECOND)
  const operator = operatorOf(fleet)
  expect((await operator.job('slow')).running).toHaveLength(1)
  await operator.requestCancel('slow')
  await fleet.clock.advance(16 * SECOND)
  expect((await operator.job('slow')).lastRun?.status).toBe('cancelled')
  await fleet.stopAll()
})

it('refuses an unknown job by name, and writes nothing', async () => {
  const fleet = createFleet()
  await fleet.bootLeader({ billing: { schedule: null, action: () => 1 } })
  const operator = operatorOf(fleet)
  const before = (await listAll(fleet.store, '')).map(({ etag, key }) => [key, etag])
  for (const change of [
    () => operator.pause('biling'),
    () => operator.resume('biling'),
    () => operator.requestRun('biling'),
    () => operator.job('biling'),
  ]) {
    await expect(change()).rejects.toThrow("Job 'biling' not found. Did you mean 'billing'?")
  }
  await expect(operator.pause('a\nb')).rejects.toThrow('expected a job name')
  await expect(operator.pause('../leader')).rejects.toThrow("Job '../leader' not found")
  expect((await listAll(fleet.store, '')).map(({ etag, key }) => [key, etag])).toEqual(before)
  await fleet.stopAll()
})

it('does not call a request placed that may not have reached the bucket', async () => {
  const fleet = createFleet()
  await fleet.bootLeader({ tidy: { schedule: null, action: () => 1 } })
  const store: ObjectStore = {
    ...fleet.store,
    put: async (key, body, options) => {
      if (!key.startsWith('triggers/')) return fleet.store.put(key, body, options)
      return { outcome: 'unknown', cause: new Error('the network is away') }
    },
  }
  const request = createOperator(store, { prefix: '', clock: fleet.clock }).requestRun('tidy')
  await expect(request).rejects.toMatchObject({ code: 'STORE', retriable: true })
  await expect(request).rejects.toThrow("it is not known whether the request to run job 'tidy' reached the bucket")
  await fleet.stopAll()
})

it('names records that it cannot read, beside those that it can', async () => {
  const fleet = createFleet()
  await fleet.bootLeader({ tidy: { schedule: null, action: () => 1 }, odd: { schedule: null, action: () => 1 } })
  await changeFields(fleet.store, 'odd', () => ({ spec: 1 }))
  await changeFields(fleet.store, 'a/b', () => ({}))
  const { jobs, unreadable } = await operatorOf(fleet).jobs()
  expect(jobs.map(({ name }) => name)).toEqual(['tidy'])
  expect(unreadable.map(({ kind, name }) => [kind, name])).toEqual([
    ['record', 'a/b'],
    ['record', 'odd'],
  ])
  await fleet.stopAll()
})

it('names a page that it cannot read, since its jobs are not known', async () => {
  const fleet = createFleet()
  await fleet.bootLeader({ tidy: { schedule: null, action: () => 1 } })
  await fleet.store.put('jobs/pages/root.json', new TextEncoder().encode('<img>'))
  const operator = operatorOf(fleet)
  const { jobs, unreadable } = await operator.jobs()
  expect(jobs).toEqual([])
  expect(unreadable).toMatchObject([{ kind: 'page', name: 'jobs/pages/root.json' }])
  const view = { jobs, unreadable, leader: await operator.leader(), workers: [], requests: [], now: fleet.clock.now() }
  expect(assessHealth(view)).toMatchObject([{ code: 'PAGE_UNREADABLE', level: 'problem', job: null }])
  await fleet.stopAll()
})

it('puts nothing back that was deleted while it looked', async () => {
  const fleet = createFleet()
  const leader = await fleet.bootLeader({ tidy: { schedule: null, action: () => 1 } })
  const operator = operatorOf(fleet)
  expect((await operator.jobs()).jobs).toHaveLength(1)
  await during(fleet.clock, leader.scheduler.stop())
  await deletePages(fleet.store)
  expect((await operator.jobs()).jobs).toEqual([])
  await fleet.clock.advance(MINUTE)
  expect(await listAll(fleet.store, 'jobs/')).toEqual([])
})

it('refuses a bucket of the layout with an object for each job', async () => {
  const fleet = createFleet()
  await fleet.store.put('jobs/billing.json', encodeDocument({}, 'n'))
  const operator = operatorOf(fleet)
  await expect(operator.jobs()).rejects.toMatchObject({ code: 'OLD_LAYOUT' })
  await expect(operator.pause('billing')).rejects.toMatchObject({ code: 'OLD_LAYOUT' })
})

it('calls a job orphaned that no instance defines any more, and not overdue for ever', async () => {
  const fleet = createFleet()
  const leader = await fleet.bootLeader({ old: { schedule: '0 * * * *', catchUpWindowMs: MINUTE, action: () => 1 } })
  await during(fleet.clock, leader.scheduler.stop({ timeout: 0 }))
  const next = await fleet.boot('b', { tidy: { schedule: '0 0 * * *', action: () => 1 } })
  await fleet.clock.advance(4 * HOUR)
  const operator = operatorOf(fleet)
  const { jobs, unreadable } = await operator.jobs()
  expect(jobs.find(({ name }) => name === 'old')?.orphanedSince).toEqual(expect.any(Number))
  const view = { jobs, unreadable, leader: await operator.leader(), workers: [], requests: [], now: fleet.clock.now() }
  expect(assessHealth(view)).toMatchObject([{ code: 'JOB_ORPHANED', job: 'old', level: 'notice' }])
  expect(next.scheduler.isLeader()).toBe(true)
  await fleet.stopAll()
})

it('calls a job overdue within minutes, with jitter over many periods too', async () => {
  const fleet = createFleet()
  const leader = await fleet.bootLeader({ often: { schedule: '* * * * *', jitterMs: 20 * HOUR, action: () => 1 } })
  await fleet.clock.advance(5 * MINUTE)
  expect(await operatorOf(fleet).job('often')).toMatchObject({ overdueSince: null })
  fleet.cutOff(leader)
  await fleet.clock.advance(5 * MINUTE)
  expect(await operatorOf(fleet).job('often')).toMatchObject({ overdueSince: expect.any(Number) as number })
  await fleet.stopAll()
})

it('tells a leader from one that fell silent, and that nobody is left', async () => {
  const fleet = createFleet()
  const leader = await fleet.bootLeader({ tidy: { schedule: '* * * * *', action: () => 1 } })
  const operator = operatorOf(fleet)
  const look = async () => {
    const [{ jobs, unreadable }, lease, workers, requests] = await Promise.all([
      operator.jobs(),
      operator.leader(),
      operator.workers(),
      operator.requests(),
    ])
    const now = fleet.clock.now()
    return assessHealth({ jobs, unreadable, leader: lease, workers, requests, now }).map(({ code }) => code)
  }
  await fleet.clock.advance(MINUTE)
  expect(await operator.leader()).toMatchObject({ state: 'held', workerId: 'a', epoch: 1, isSilent: false })
  expect(await look()).toEqual([])
  fleet.cutOff(leader)
  await fleet.clock.advance(10 * MINUTE)
  expect(await look()).toEqual(['LEADER_SILENT', 'JOB_OVERDUE'])
  leader.network.heal()
  await fleet.clock.advance(3 * MINUTE)
  expect(await operator.leader()).toMatchObject({ state: 'held', epoch: 2, isSilent: false })
  await during(fleet.clock, leader.scheduler.stop({ timeout: 0 }))
  expect(await operator.leader()).toMatchObject({ state: 'free', epoch: 2 })
  expect(await look()).toEqual(['FLEET_STOPPED'])
})

it('tells who led before, since when, until when, and whether they stopped in order', async () => {
  const fleet = createFleet()
  const operator = operatorOf(fleet)
  const terms = async () => {
    const leader = await operator.leader()
    return leader.state === 'held' || leader.state === 'free' ? leader.terms : []
  }
  const jobs = { tidy: { schedule: '* * * * *', action: () => 1 } }
  const start = fleet.clock.now()
  const a = await fleet.bootLeader(jobs)
  expect(await terms()).toMatchObject([{ epoch: 1, workerId: 'a', until: null, end: null }])
  await fleet.clock.advance(10 * MINUTE)
  await during(fleet.clock, a.scheduler.stop({ timeout: 0 }))
  const stopped = await terms()
  expect(stopped).toMatchObject([{ epoch: 1, workerId: 'a', end: 'released' }])
  expect(stopped[0]?.until).toBeGreaterThanOrEqual(start + 10 * MINUTE)
  const b = await fleet.boot('b', jobs)
  await fleet.clock.advance(5 * MINUTE)
  const lastSeen = fleet.clock.now()
  fleet.cutOff(b)
  await fleet.boot('c', jobs)
  await fleet.clock.advance(MINUTE)
  const silent = await terms()
  expect(silent).toMatchObject([
    { epoch: 2, workerId: 'b' },
    { epoch: 1, workerId: 'a', end: 'released', until: stopped[0]?.until },
  ])
  await fleet.clock.advance(5 * MINUTE)
  const [third, second, first, ...rest] = await terms()
  expect(third).toMatchObject({ epoch: 3, workerId: 'c', until: null, end: null })
  expect(second).toMatchObject({ epoch: 2, workerId: 'b', since: silent[0]?.since, end: 'silent' })
  expect(second?.until).toBeLessThanOrEqual(lastSeen)
  expect(third?.since).toBeGreaterThan(second?.until ?? Infinity)
  expect(first).toEqual(stopped[0])
  expect(rest).toEqual([])
  await fleet.stopAll()
})

it('tells of a claim that was never renewed how the one before ended, and leaves its own epoch out afterwards', async () => {
  const fleet = createFleet()
  const operator = operatorOf(fleet)
  const jobs = { tidy: { schedule: '0 * * * *', action: () => 1 } }
  const terms = async () => {
    const leader = await operator.leader()
    return leader.state === 'held' ? leader.terms : []
  }
  const a = await fleet.bootLeader(jobs)
  await fleet.clock.advance(2 * MINUTE)
  await during(fleet.clock, a.scheduler.stop({ timeout: 0 }))
  const b = await fleet.boot('b', jobs)
  await fleet.clock.advance(100)
  expect(b.scheduler.isLeader()).toBe(true)
  expect(await terms()).toMatchObject([
    { epoch: 2, workerId: 'b', until: null },
    { epoch: 1, workerId: 'a', end: 'released', until: expect.any(Number) as number },
  ])
  fleet.cutOff(b)
  await fleet.boot('c', jobs)
  await fleet.clock.advance(10 * MINUTE)
  expect((await terms()).map(({ epoch, end }) => [epoch, end])).toEqual([
    [3, null],
    [1, 'released'],
  ])
  await fleet.stopAll()
})

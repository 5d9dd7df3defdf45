import { listAll, MAX_BODY_BYTES, type ObjectStore } from '@s3sched/store'
import { createCountingStore } from '@s3sched/store/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFleet, during, MINUTE, NOON, SECOND, type Fleet, type Instance } from './fleet.ts'
import type { JobRecord } from '@s3sched/jobs'
import { changeFields, damageRecord, dropRun, putRuns } from '@s3sched/jobs/testing'
import { audit, createOperator, type AuditedJob, type AuditProgress } from '@s3sched/operator'

describe('an audit', () => {
  let fleet: Fleet
  beforeEach(() => {
    fleet = createFleet()
  })
  afterEach(() => fleet.stopAll())

  const action = (): number => 1
  const job = { schedule: '*/10 * * * * *', action }
  const audited = async (options: Parameters<typeof audit>[1] = {}): Promise<AuditedJob> => {
    const [row] = await audit(fleet.store, { prefix: '', clock: fleet.clock, ...options })
    if (row === undefined) throw new Error('the audit has no row')
    return row
  }
  /** The end of a run may wait two seconds for other writes. */
  const ENDED = 3 * SECOND
  const pass = (ms: number): Promise<void> => fleet.clock.advance(ms)
  const change = ({ scheduler }: Instance, work: (s: Instance['scheduler']) => Promise<unknown>): Promise<unknown> =>
    during(fleet.clock, work(scheduler))
  const sound = { unaccounted: 0, doubled: 0, lost: 0, missed: 0, skipped: 0 }

  it('counts every tick from the definition on', async () => {
    await fleet.bootLeader({ job })
    await pass(MINUTE + ENDED)
    expect(await audited()).toMatchObject({ ...sound, from: NOON, expected: 6, ran: 6, withdrawn: 0, periods: 1 })
  })

  it('counts what is due and not settled as open, up to now', async () => {
    const a = await fleet.bootLeader({ job })
    await pass(20 * SECOND + ENDED)
    fleet.cutOff(a)
    await pass(MINUTE)
    expect(await audited()).toMatchObject({ ...sound, expected: 8, ran: 2, open: 6, to: NOON + 80 * SECOND + ENDED })
    expect(await audited({ until: NOON + 50 * SECOND })).toMatchObject({ ...sound, expected: 5, ran: 2, open: 3 })
  })

  it('says that everything is open where nobody has ever settled a tick', async () => {
    const a = await fleet.bootLeader({ job })
    fleet.cutOff(a)
    await pass(MINUTE)
    expect(await audited()).toMatchObject({ ...sound, expected: 6, ran: 0, open: 6 })
  })

  it('knows that nothing was due during a pause', async () => {
    const a = await fleet.bootLeader({ job })
    await pass(31 * SECOND)
    await change(a, (s) => s.disableJob('job'))
    await pass(2 * MINUTE)
    await change(a, (s) => s.enableJob('job'))
    await pass(31 * SECOND)
    expect(await audited()).toMatchObject({ ...sound, expected: 6, ran: 6, periods: 2 })
  })

  it('goes by the schedule that was in force, across changes of schedule and zone', async () => {
    const a = await fleet.bootLeader({ job })
    await pass(31 * SECOND)
    await change(a, (s) => s.updateJob('job', { schedule: '*/20 * * * * *' }))
    await pass(MINUTE)
    await change(a, (s) => s.updateJob('job', { schedule: '30 14 * * *', timezone: 'Europe/Paris' }))
    await pass(60 * MINUTE + 31 * MINUTE)
    expect(await audited()).toMatchObject({ ...sound, expected: 3 + 3 + 1, ran: 7, periods: 3 })
  })

  it('goes on over a removal and a return', async () => {
    const a = await fleet.bootLeader({ job })
    await pass(21 * SECOND)
    await change(a, (s) => s.removeJob('job'))
    expect(await audited()).toMatchObject({ ...sound, expected: 2, ran: 2 })
    await pass(MINUTE)
    await change(a, (s) => s.addJob('job', { ...job, schedule: '*/5 * * * * *' }))
    await pass(11 * SECOND)
    expect(await audited()).toMatchObject({ ...sound, expected: 4, ran: 4, periods: 2 })
  })

  it('tells apart what was due and withdrawn before anybody claimed it', async () => {
    const a = await fleet.bootLeader({ job })
    await pass(11 * SECOND)
    await change(a, (s) => s.stop())
    await pass(30 * SECOND)
    await change(a, (s) => s.disableJob('job'))
    expect(await audited()).toMatchObject({ ...sound, expected: 4, ran: 1, withdrawn: 3 })
  })

  it('finds a tick whose record vanished, also in a period that is over', async () => {
    const a = await fleet.bootLeader({ job })
    await pass(31 * SECOND)
    await change(a, (s) => s.disableJob('job'))
    const { runs } = await createOperator(fleet.store, { prefix: '' }).history.list()
    if (runs[1] === undefined) throw new Error('the job has not run')
    await dropRun(fleet.store, runs[1])
    expect(await audited({ since: 0 })).toMatchObject({ expected: 3, ran: 2, unaccounted: 1 })
  })

  it('looks back no farther than pruning left the history whole, unless it is told to', async () => {
    await fleet.bootLeader({ job, never: { ...job, schedule: '@yearly' } })
    await pass(10 * MINUTE + ENDED)
    const { history } = createOperator(fleet.store, { prefix: '', clock: fleet.clock })
    const { runs } = await history.list({ limit: 1000 })
    const old = runs.slice(20)
    for (const run of old) await dropRun(fleet.store, run)
    await putRuns(fleet.store, old)
    await pass(10 * MINUTE)
    expect(await history.prune({ maxAgeMs: 9 * MINUTE })).toMatchObject({ runs: old.length })
    const left = await audited()
    expect(left).toMatchObject({ ...sound, expected: left.ran, from: NOON + 10 * MINUTE + ENDED })
    expect((await audited({ since: NOON })).unaccounted).toBe(old.length)
  })

  it('looks back to the definition of a job of which nothing was pruned', async () => {
    await fleet.bootLeader({ job, once: { ...job, schedule: '5 0 12 * * *' } })
    await pass(10 * MINUTE)
    const { history } = createOperator(fleet.store, { prefix: '', clock: fleet.clock })
    const pruned = (await history.list({ job: 'job', limit: 1000 })).runs.slice(10)
    for (const run of pruned) await dropRun(fleet.store, run)
    await putRuns(fleet.store, pruned)
    await pass(10 * MINUTE)
    await history.prune({ maxAgeMs: 9 * MINUTE })
    const rows = await audit(fleet.store, { prefix: '' })
    expect(rows).toMatchObject([
      { ...sound, job: 'job' },
      { ...sound, job: 'once', from: NOON, expected: 1, ran: 1 },
    ])
  })

  it('keeps to the bounds it is given', async () => {
    await fleet.bootLeader({ job })
    await pass(MINUTE + ENDED)
    const bounds = { since: new Date(NOON + 10 * SECOND), until: NOON + 30 * SECOND }
    expect(await audited(bounds)).toMatchObject({ ...sound, expected: 2, ran: 2, to: NOON + 30 * SECOND })
    await expect(audit(fleet.store, { since: new Date(NaN) })).rejects.toThrow(/expected since to be epoch ms/)
    await expect(audit(fleet.store, { since: 2, until: 1 })).rejects.toThrow(
      /until not to be before since, got 1 and 2/,
    )
    await expect(audit(fleet.store, { snce: 1 } as never)).rejects.toThrow(/'snce'. Did you mean 'since'\?/)
  })

  it('counts runs that no tick started apart', async () => {
    const a = await fleet.bootLeader({ job, next: { schedule: '@yearly', after: 'job', action } })
    await pass(SECOND)
    await change(a, (s) => s.runJob('next'))
    await pass(20 * SECOND)
    const rows = await audit(fleet.store, { prefix: '' })
    expect(rows.find((row) => row.job === 'next')?.started).toMatchObject({ manual: 1, request: 0, start: 0 })
    expect(rows.find((row) => row.job === 'next')?.started.chain).toBeGreaterThan(0)
    expect(rows.find((row) => row.job === 'job')).toMatchObject({ started: { manual: 0, chain: 0 }, ran: 2 })
  })

  /** Writes a job's record with other fields, as a person or a bug would. */
  const alter = (name: string, fieldsOf: (record: JobRecord) => Partial<JobRecord>): Promise<void> =>
    changeFields(fleet.store, name, (fields) => ({ ...fields, ...fieldsOf(fields as unknown as JobRecord) }))

  it('has a row for a job whose record can not be read, and goes on with the others', async () => {
    await fleet.bootLeader({ bad: job, job })
    await pass(MINUTE + ENDED)
    await damageRecord(fleet.store, 'bad', '{')
    expect(await audit(fleet.store, { prefix: '' })).toMatchObject([
      { job: 'bad', expected: 0, problem: expect.stringMatching(/can't be read: .* in JSON/) as string },
      { ...sound, job: 'job', expected: 6, ran: 6, problem: null },
    ])
  })

  it.each([
    ['is no JSON', new TextEncoder().encode('<img>'), /can't be read: .*JSON/],
    ['is too large', new Uint8Array(MAX_BODY_BYTES + 1), /can't be read: it is \d+ bytes long/],
  ])('has a row for a page of jobs that %s, since the names of its jobs are not known', async (_, body, problem) => {
    await fleet.bootLeader({ job })
    await pass(MINUTE + ENDED)
    const key = 'jobs/pages/root.json'
    const large = body.length > MAX_BODY_BYTES
    if (!large) await fleet.store.put(key, body)
    const rows = await audit(large ? withLarge(fleet.store, key, body.length) : fleet.store, { prefix: '' })
    expect(rows).toMatchObject([{ job: key, expected: 0, problem: expect.stringMatching(problem) as string }])
  })

  it('refuses a bucket of the layout with an object for each job', async () => {
    await fleet.store.put('jobs/billing.json', new TextEncoder().encode('{}'))
    await expect(audit(fleet.store, { prefix: '' })).rejects.toMatchObject({ code: 'OLD_LAYOUT' })
  })

  it('has a row for a job whose schedule is of another version', async () => {
    await fleet.bootLeader({ job, other: job })
    await pass(MINUTE + ENDED)
    await alter('job', ({ spec }) => ({ spec: { ...spec, schedule: '@sometimes' } }))
    const rows = await audit(fleet.store, { prefix: '' })
    expect(rows.map((row) => [row.job, row.expected, row.problem === null])).toEqual([
      ['job', 0, false],
      ['other', 6, true],
    ])
  })

  it('leaves alone what is no job', async () => {
    await fleet.store.put('jobs/notes about this folder.txt', new TextEncoder().encode('not ours'))
    await fleet.store.put('jobs/pages/a b.json', new TextEncoder().encode('not ours'))
    expect(await audit(fleet.store, { prefix: '' })).toEqual([])
  })

  it('reads the history of a hundred jobs once, and not once for each job', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `job-${index}`)
    await fleet.bootLeader(Object.fromEntries(names.map((name) => [name, { ...job, schedule: '0 * * * *' }])))
    await pass(3 * 60 * MINUTE + ENDED)
    const segments = await listAll(fleet.store, 'segments/')
    expect(segments.length).toBeGreaterThan(1)
    const { requests, store } = createCountingStore(fleet.store)
    const rows = await audit(store, { prefix: '' })
    expect(rows).toHaveLength(100)
    for (const row of rows) expect(row).toMatchObject({ ...sound, expected: 3, ran: 3 })
    // The page twice, the mark of pruning, and each segment.
    expect(requests.get).toBe(3 + segments.length)
    // The old layout, the pages, the segments, and the archive.
    expect(requests.list).toBe(4)
  })

  it('ends, and says so, where a record is settled up to the end of time', async () => {
    await fleet.bootLeader({ job })
    await pass(MINUTE + ENDED)
    await alter('job', () => ({ lastTick: END_OF_TIME }))
    const problem =
      'its record says that every tick up to +275760-09-13T00:00:00.000Z is settled, so that none before runs'
    expect(await audited()).toMatchObject({ ...sound, to: fleet.clock.now(), expected: 6, ran: 6, problem })
  })

  it('ends where an old schedule was in force up to the end of time', async () => {
    await fleet.bootLeader({ job })
    await pass(MINUTE + ENDED)
    const span = { since: NOON, until: END_OF_TIME, lastTick: END_OF_TIME }
    const past = [{ schedule: '* * * * * *', timezone: 'UTC', ...span }]
    await alter('job', () => ({ past, since: END_OF_TIME }))
    expect(await audited()).toMatchObject({ to: fleet.clock.now(), expected: 63 })
  })

  it('lets others have their turn while it counts, and can be told to stop', async () => {
    await fleet.bootLeader({ job: { ...job, schedule: { every: 100 } } })
    await alter('job', () => ({ since: NOON - 3 * 24 * 60 * MINUTE }))
    const enough = new AbortController()
    setTimeout(() => enough.abort(new Error('enough')), 5)
    await expect(audit(fleet.store, { prefix: '', signal: enough.signal })).rejects.toThrow('enough')
  })

  it('tells each job as it goes, and looks at one alone where it is told to', async () => {
    await fleet.bootLeader({ job, other: job })
    await pass(MINUTE + ENDED)
    const told: AuditProgress[] = []
    const rows = await audit(fleet.store, { prefix: '', onJob: (progress) => told.push(progress) })
    expect(told).toEqual([
      { audited: rows[0], done: 1, total: 2 },
      { audited: rows[1], done: 2, total: 2 },
    ])
    const { requests, store } = createCountingStore(fleet.store)
    expect(await audit(store, { prefix: '', job: 'other' })).toEqual([{ ...rows[1], to: expect.any(Number) as number }])
    expect(requests.list).toBe(3)
    const unknown = { code: 'JOB_NOT_FOUND', message: "Job 'othr' not found. Did you mean 'other'?" }
    await expect(audit(store, { prefix: '', job: 'othr' })).rejects.toMatchObject(unknown)
    await expect(audit(store, { job: '' })).rejects.toThrow(/expected a job name/)
  })
})

/** The last instant of a `Date`. */
const END_OF_TIME = 8.64e15

/** A store in which one object is too large: it takes no such body itself. */
function withLarge(store: ObjectStore, key: string, bytes: number): ObjectStore {
  return {
    ...store,
    get: async (wanted, options) => {
      if (wanted !== key) return store.get(wanted, options)
      return { outcome: 'too-large', bytes, etag: 'large', lastModified: NOON, serverTime: NOON }
    },
    async *list(prefix, options) {
      const object = { key, etag: 'large', size: bytes, lastModified: NOON }
      for await (const page of store.list(prefix, options)) {
        const objects = key.startsWith(prefix) ? [object, ...page.objects] : page.objects
        yield { ...page, objects }
      }
    },
  }
}

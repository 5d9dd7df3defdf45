import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFleet, during, MINUTE, NOON, SECOND, type Fleet, type Instance } from '../../test/fleet.ts'
import { audit, type AuditedJob } from './audit.ts'

describe('an audit', () => {
  let fleet: Fleet
  beforeEach(() => {
    fleet = createFleet()
  })
  afterEach(() => fleet.stopAll())

  const action = (): number => 1
  const job = { schedule: '*/10 * * * * *', action }
  const audited = async (options: Parameters<typeof audit>[1] = {}): Promise<AuditedJob> => {
    const [row] = await audit(fleet.store, { prefix: '', ...options })
    if (row === undefined) throw new Error('the audit has no row')
    return row
  }
  /** Waits also for what was written a turn later. */
  const pass = (ms: number): Promise<void> => fleet.clock.advance(ms)
  const change = ({ scheduler }: Instance, work: (s: Instance['scheduler']) => Promise<unknown>): Promise<unknown> =>
    during(fleet.clock, work(scheduler))
  const sound = { unaccounted: 0, doubled: 0, lost: 0, missed: 0, skipped: 0 }

  it('counts every tick from the definition on', async () => {
    await fleet.bootLeader({ job })
    await pass(MINUTE + SECOND)
    expect(await audited()).toMatchObject({ ...sound, from: NOON, expected: 6, ran: 6, withdrawn: 0, periods: 1 })
  })

  it('counts what is due and not settled as open, up to now', async () => {
    const a = await fleet.bootLeader({ job })
    await pass(21 * SECOND)
    fleet.cutOff(a)
    await pass(MINUTE)
    expect(await audited()).toMatchObject({ ...sound, expected: 8, ran: 2, open: 6, to: NOON + 81 * SECOND })
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
    await change(a, (s) => s.updateJob('job', { schedule: '30 12 * * *', timezone: 'Europe/Paris' }))
    await pass(23 * 60 * MINUTE + 31 * MINUTE)
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
    const keys: string[] = []
    for await (const page of fleet.store.list('runs/job/')) keys.push(...page.objects.map(({ key }) => key))
    await fleet.store.delete(keys[1] ?? '')
    expect(await audited({ since: 0 })).toMatchObject({ expected: 3, ran: 2, unaccounted: 1 })
  })

  it('looks back no farther than the run records that pruning left, unless it is told to', async () => {
    await fleet.bootLeader({ job }, { historyRetention: MINUTE, cleanupInterval: MINUTE })
    await pass(10 * MINUTE + SECOND)
    const left = await audited()
    expect(left).toMatchObject({ ...sound, expected: left.ran })
    expect(left.from).toBeGreaterThan(NOON + 7 * MINUTE)
    expect((await audited({ since: NOON })).unaccounted).toBeGreaterThan(0)
  })

  it('keeps to the bounds it is given', async () => {
    await fleet.bootLeader({ job })
    await pass(MINUTE + SECOND)
    const bounds = { since: new Date(NOON + 10 * SECOND), until: NOON + 30 * SECOND }
    expect(await audited(bounds)).toMatchObject({ ...sound, expected: 2, ran: 2, to: NOON + 30 * SECOND })
    await expect(audit(fleet.store, { since: new Date(NaN) })).rejects.toThrow(/expected since to be epoch ms/)
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

  it('refuses to vouch for a job whose record it can not read', async () => {
    await fleet.store.put('jobs/job.json', new TextEncoder().encode('{'))
    await expect(audit(fleet.store, { prefix: '' })).rejects.toThrow(/record of job 'job' is unreadable/)
  })
})

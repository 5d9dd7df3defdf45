import { encodeDocument, readDocument } from '@s3sched/store'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createFleet, during, MINUTE, SECOND, type Fleet } from '../../plugin/test/fleet.ts'
import { runWords, type Ended } from './terminal.ts'

const JOBS = { tidy: { schedule: '*/5 * * * *', action: () => null } }
const OPTIONS = { prefix: 's3sched/' }

let fleet: Fleet

beforeEach(() => {
  fleet = createFleet()
})

afterEach(() => fleet.stopAll())

const status = (...more: string[]): Promise<Ended> =>
  runWords(['status', 's3://bucket', ...more], { clock: fleet.clock, store: fleet.store })

/** The second in which a leader takes over depends on where its looks fall. */
const withoutSeconds = (text: string): string => text.replaceAll(/(:\d\d):\d\dZ|(\d+m) \d+s/g, '$1$2')

/** A deploy, and then a crash. */
async function changeLeaders(): Promise<void> {
  const first = await fleet.bootLeader(JOBS, OPTIONS)
  await fleet.clock.advance(20 * MINUTE)
  await during(fleet.clock, first.scheduler.stop({ timeout: 0 }))
  const second = await fleet.boot('b', JOBS, OPTIONS)
  // The end of a run may wait two seconds for company; later, a crash loses none.
  await fleet.clock.advance(10 * MINUTE + 5 * SECOND)
  fleet.cutOff(second)
  await fleet.boot('c', JOBS, OPTIONS)
  await fleet.clock.advance(10 * MINUTE)
}

/** As if the leader of a term had been gone before its first renewal. */
async function forgetBeginningOf(epoch: number): Promise<void> {
  const key = 's3sched/leader.json'
  const got = await readDocument(fleet.store, key)
  if (got.outcome !== 'found') throw new Error('no lease')
  const { payload } = got.fields as { payload: { terms: { epoch: number }[] } }
  const terms = payload.terms.map((term) => (term.epoch === epoch ? { ...term, since: null } : term))
  await fleet.store.put(key, encodeDocument({ ...got.fields, payload: { ...payload, terms } }, 'n'))
}

it('status shows who led before, how each term ended, and for how long nobody led', async () => {
  await changeLeaders()
  const { code, stdout } = await status()
  expect(code).toBe(0)
  expect(withoutSeconds(stdout)).toMatchSnapshot()
  const { leader } = JSON.parse((await status('--json')).stdout) as { leader: unknown }
  expect(leader).toMatchObject({
    epoch: 3,
    terms: [
      { epoch: 3, workerId: 'c', until: null, end: null },
      { epoch: 2, workerId: 'b', end: 'silent' },
      { epoch: 1, workerId: 'a', end: 'released' },
    ],
  })
})

it('status says why a term has no beginning', async () => {
  await changeLeaders()
  await forgetBeginningOf(2)
  expect((await status()).stdout).toMatch(/^ +2 {2}b +- +- {2}fell silent before its first renewal$/m)
})

it('status shows it in few columns where the terminal has few', async () => {
  await changeLeaders()
  const { stdout } = await runWords(['status', 's3://bucket', '--no-color'], {
    clock: fleet.clock,
    store: fleet.store,
    columns: 40,
  })
  expect(stdout).toMatch(/EPOCH {2}LEADER {2}.*ENDED\n {4}3 {2}c/)
  for (const line of stdout.split('\n').filter((each) => /^EPOCH|^ {4}\d/.test(each))) {
    expect(line.length).toBeLessThanOrEqual(40)
  }
})

it('status says nothing of it while there was but one leader', async () => {
  await fleet.bootLeader(JOBS, OPTIONS)
  expect((await status()).stdout).not.toContain('EPOCH')
})

it('status calls a fleet that was stopped in order stopped, with the time and with the next tick', async () => {
  const leader = await fleet.bootLeader(JOBS, OPTIONS)
  await fleet.clock.advance(11 * MINUTE)
  await during(fleet.clock, leader.scheduler.stop({ timeout: 0 }))
  await fleet.clock.advance(MINUTE)
  const { code, stdout } = await status('--tz', 'Europe/Berlin')
  expect(code).toBe(1)
  expect(stdout).toMatch(/^s3:\/\/\S* {2}stopped$|^\S+ {2}stopped\n/)
  expect(stdout).toMatch(
    /^Leader +nobody since 2026-01-05 13:11:\d\d \+01:00 \(1m \w* ?ago\); the last one, of epoch 1, was stopped in order$/m,
  )
  expect(stdout).toMatch(
    /^! the fleet was stopped in order at 2026-01-05 13:11:\d\d \+01:00; the next tick is of 'tidy', at 2026-01-05 13:15:00 \+01:00$/m,
  )
  expect(stdout).not.toMatch(/✗|needs attention/)
  expect(JSON.parse((await status('--json')).stdout)).toMatchObject({
    healthy: false,
    findings: [{ level: 'notice', code: 'FLEET_STOPPED' }],
  })
})

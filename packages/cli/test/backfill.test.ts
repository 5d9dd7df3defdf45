import { afterEach, beforeEach, expect, it } from 'vitest'
import { createFleet, type Fleet, MINUTE, NOON, SECOND } from '../../plugin/test/fleet.ts'
import { runWords, type Ended } from './terminal.ts'

let fleet: Fleet
let ticks: string[]
beforeEach(async () => {
  fleet = createFleet()
  ticks = []
  const action = (_: unknown, { scheduledTime }: { readonly scheduledTime: Date }): Promise<void> => {
    ticks.push(scheduledTime.toISOString().slice(11, 16))
    return fleet.clock.sleep(20 * SECOND)
  }
  await fleet.bootLeader({ report: { schedule: '0 * * * *', maxRuns: 5, action } }, { prefix: 's3sched/' })
})
afterEach(() => fleet.stopAll())

const run = (...words: string[]): Promise<Ended> =>
  runWords(words, { clock: fleet.clock, store: fleet.store, env: { S3SCHED_STORE: 's3://bucket', NO_COLOR: '1' } })

it('runs a job for ticks that are over, shows how far it is, and ends it', async () => {
  const begun = await run('backfill', 'report', '--from', '2026-01-05T08:00Z', '--to', '2026-01-05T11:30Z')
  expect(begun).toMatchObject({ code: 0 })
  expect(begun.stdout).toContain("Backfills job 'report': 4 ticks, but for those that ran before.")
  await fleet.clock.advance(MINUTE - 15 * SECOND)
  const shown = (await run('job', 'report')).stdout
  expect(shown).toMatch(/Backfill +2026-01-05 08:00.* to .*11:30.*, in order: [23] begun, up to/)
  expect(shown).toMatch(/Runs left +5/)
  const again = await run('backfill', 'report', '--from', '2h')
  expect(again.code).not.toBe(0)
  expect(again.stderr).toContain('has a backfill under way')
  expect((await run('backfill', 'report', '--cancel')).stdout).toContain('Cancelled.')
  await fleet.clock.advance(5 * MINUTE)
  expect(ticks.slice(0, 2)).toEqual(['08:00', '09:00'])
  expect(ticks.length).toBeLessThan(4)
  expect((await run('backfill', 'report', '--cancel')).stdout).toContain('No backfill was under way.')
  const all = await run('backfill', 'report', '--from', '2026-01-05T08:00Z', '--overlap', 'allow', '--json')
  expect(JSON.parse(all.stdout)).toMatchObject({ job: 'report', ticks: 5 })
  await fleet.clock.advance(MINUTE)
  expect(ticks.toSorted()).toEqual(['08:00', '09:00', '10:00', '11:00', '12:00'])
})

it.each([
  [['report'], 'expected --from with the first instant of the ticks'],
  [['report', '--from', '1h', '--cancel'], 'expected --cancel alone'],
  [['report', '--from', '1h', '--overlap', 'skip'], "expected overlap to be 'queue' or 'allow', got \"skip\""],
  [['report', '--from', '1h', '--to', String(NOON + MINUTE)], 'expected to to be in the past'],
  [['repor', '--from', '1h'], "Did you mean 'report'?"],
])('refuses %j', async (words, message) => {
  const { code, stderr } = await run('backfill', ...words)
  expect(code).not.toBe(0)
  expect(stderr).toContain(message)
})

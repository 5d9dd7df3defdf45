import { expect, it } from 'vitest'
import { dropRun, putRuns } from '@s3sched/jobs/testing'
import { createOperator } from '@s3sched/operator'
import { createFleet, during, HOUR, MINUTE } from '../../plugin/test/fleet.ts'
import { runWords } from './terminal.ts'

/** A fleet to which everything has happened that an audit tells apart. */
it('audit tells apart what became of ticks, and ends with 1 when a promise was broken', async () => {
  const fleet = createFleet()
  const never = (): Promise<never> => new Promise(() => undefined)
  const jobs = {
    fine: { schedule: '*/10 * * * *', action: () => null },
    gone: { schedule: '*/10 * * * *', action: () => null },
    late: { schedule: '*/10 * * * *', catchUp: 'none', action: () => null },
    paused: { schedule: '*/10 * * * *', action: () => null },
    stuck: { schedule: '*/30 * * * *', timeout: 0, action: never },
    twice: { schedule: '*/10 * * * *', action: () => null },
  } as const
  const options = { prefix: 's3sched/' }
  const first = await fleet.bootLeader(jobs, options)
  await fleet.clock.advance(65 * MINUTE)
  // Nobody is there for half an hour, at the end of which somebody pauses a job.
  fleet.cutOff(first)
  await fleet.clock.advance(30 * MINUTE)
  await createOperator(fleet.store, { clock: fleet.clock }).pause('paused')
  await fleet.boot('b', jobs, options)
  await fleet.clock.advance(HOUR)
  const { history, store } = createOperator(fleet.store, { clock: fleet.clock })
  const [, removed] = (await history.list({ job: 'gone' })).runs
  const [, double] = (await history.list({ job: 'twice' })).runs
  if (removed === undefined || double === undefined) throw new Error('the jobs have not run')
  await dropRun(store, removed)
  await putRuns(store, [{ ...double, runId: 'forged' }])
  const { code, stdout } = await runWords(['audit', 's3://bucket'], { clock: fleet.clock, store: fleet.store })
  expect(stdout).toMatchSnapshot()
  expect(code).toBe(1)
  const json = await runWords(['audit', '--json', 's3://bucket'], { clock: fleet.clock, store: fleet.store })
  expect(JSON.parse(json.stdout)).toMatchObject({ sound: false })
  await during(fleet.clock, fleet.stopAll())
})

it('audit names the jobs that nobody claims in one line, and says what an open tick is', async () => {
  const fleet = createFleet()
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
  const jobs = Object.fromEntries(names.map((name) => [name, { schedule: '*/10 * * * *', action: () => null }]))
  const leader = await fleet.bootLeader(jobs, { prefix: 's3sched/' })
  await fleet.clock.advance(5 * MINUTE)
  await during(fleet.clock, leader.scheduler.stop({ timeout: 0 }))
  await fleet.clock.advance(HOUR)
  const { code, stdout } = await runWords(['audit', 's3://bucket'], { clock: fleet.clock, store: fleet.store })
  expect(stdout).toMatch(
    /\n42 are open: due, and without an outcome yet, since they still run, or wait for an instance/,
  )
  const told = stdout.split('\n').filter((line) => line.includes('Nobody claims'))
  expect(told).toEqual([
    expect.stringMatching(
      /^Nobody claims the ticks of jobs 'a', 'b', 'c', 'd', 'e' and 2 more since .*: they are open\./,
    ),
  ])
  expect(code).toBe(0)
})

it.each([
  [0, 'No tick was due.'],
  [1, 'The only tick is accounted for, and did not start twice.'],
  [2, 'All 2 ticks are accounted for, and none started twice.'],
])('audit of %d due ticks says: %s', async (due, said) => {
  const fleet = createFleet()
  await fleet.bootLeader({ hourly: { schedule: '0 * * * *', action: () => null } }, { prefix: 's3sched/' })
  await fleet.clock.advance(30 * MINUTE + due * HOUR)
  const { stdout } = await runWords(['audit', 's3://bucket'], { clock: fleet.clock, store: fleet.store })
  expect(stdout).toContain(`\n${said}\n`)
  await during(fleet.clock, fleet.stopAll())
})

import { listAll } from '@s3sched/store'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Job, JobContext } from '../src/index.ts'
import { createFleet, during, eventsOf, MINUTE, SECOND, type Fleet, type FleetJobs, type Instance } from './fleet.ts'

const OPTIONS = { heartbeatInterval: 10 * SECOND }
const TOOK_MS = 12 * SECOND

let fleet: Fleet
/** The instances whose processes are gone: nothing of them counts any more. */
let dead: Set<string>
/** The executing actions, by group. */
let executing: Map<string, Set<string>>
let most: Map<string, number>
let begun: string[]
beforeEach(() => {
  fleet = createFleet()
  dead = new Set()
  executing = new Map()
  most = new Map()
  begun = []
})
afterEach(() => fleet.stopAll())

const living = (group: string): number =>
  [...(executing.get(group) ?? [])].filter((run) => !dead.has(run.split(' ')[0] ?? '')).length

/** A job of an instance, whose action notes the executing actions of its group. */
function member(workerId: string, group = 'db', more: Partial<Job<unknown>> = {}): Job<unknown> {
  const action = async (_: unknown, { attempt, jobName, runId, signal }: JobContext): Promise<void> => {
    const run = `${workerId} ${jobName} ${runId} ${attempt}`
    const runs = executing.get(group) ?? new Set()
    executing.set(group, runs.add(run))
    most.set(group, Math.max(most.get(group) ?? 0, living(group)))
    begun.push(`${workerId} ${jobName}`)
    try {
      await fleet.clock.sleep(TOOK_MS, signal)
    } finally {
      runs.delete(run)
    }
  }
  return { schedule: '* * * * *', group, groupLimit: { fleet: 2 }, action, ...more }
}

const jobsOf = (workerId: string, names: readonly string[], more: Partial<Job<unknown>> = {}): FleetJobs =>
  Object.fromEntries(names.map((name) => [name, member(workerId, 'db', more)]))

async function statusesOf({ scheduler }: Instance, names: readonly string[]): Promise<string[]> {
  const runs = await Promise.all(names.map((name) => during(fleet.clock, scheduler.getJobHistory(name))))
  return runs.flat().map(({ status }) => status)
}

const places = async (): Promise<unknown> => {
  const found: unknown[] = []
  for (const { key } of await listAll(fleet.store, 'places/')) {
    const got = await fleet.store.get(key)
    if (got.outcome === 'found') found.push(JSON.parse(new TextDecoder().decode(got.body)) as unknown)
  }
  return found.flatMap((page) => Object.values((page as { records?: Record<string, unknown> }).records ?? {}))
}

const toNextTick = (): Promise<void> => fleet.clock.advance(MINUTE + SECOND - (fleet.clock.now() % MINUTE))

describe('a group with a limit for the fleet', () => {
  const names = ['j0', 'j1', 'j2', 'j3', 'j4', 'j5']

  it('executes at most its limit in all instances together, and every run in the end', async () => {
    const boot = (workerId: string): Promise<Instance> =>
      fleet.boot(workerId, jobsOf(workerId, names), { ...OPTIONS, shards: 4 })
    const [a] = [await boot('a'), await boot('b'), await boot('c')]
    await fleet.clock.advance(5 * MINUTE)
    begun.length = 0
    await fleet.clock.advance(5 * MINUTE)
    expect(new Set(begun.map((each) => each[0])).size).toBeGreaterThan(1)
    expect(begun.length).toBeGreaterThanOrEqual(5 * names.length - 2)
    expect(most.get('db')).toBe(2)
    expect(new Set(await statusesOf(a, names))).toEqual(new Set(['success']))
  })

  it('shows its limits in the status, and its waiting runs in the slots of the process', async () => {
    const a = await fleet.bootLeader(jobsOf('a', names, { groupLimit: { process: 3, fleet: 2 } }), OPTIONS)
    await toNextTick()
    expect(a.scheduler.getSlots().groups).toEqual({ db: { limit: 2, taken: 2, waiting: 4 } })
    const group = { name: 'db', processLimit: 3, fleetLimit: 2 }
    expect(a.scheduler.getJobStatus('j0')).toMatchObject({ group, deadline: 0, priority: 0 })
  })

  it('is counted across a run by hand elsewhere, which waits for its turn and takes no slot meanwhile', async () => {
    const a = await fleet.bootLeader(jobsOf('a', ['j0', 'j1']), OPTIONS)
    const b = await fleet.boot(
      'b',
      { ...jobsOf('b', ['j0', 'j1']), hand: member('b', 'db', { schedule: null }) },
      OPTIONS,
    )
    await toNextTick()
    const ran = b.scheduler.runJob('hand')
    await fleet.clock.advance(5 * SECOND)
    expect(b.scheduler.getSlots()).toMatchObject({ taken: 0, groups: { db: { taken: 0, waiting: 1 } } })
    expect(a.scheduler.getSlots()).toMatchObject({ taken: 2, groups: { db: { taken: 2, waiting: 0 } } })
    await during(fleet.clock, ran)
    expect(begun.slice(-3)).toEqual(['a j0', 'a j1', 'b hand'])
    expect(most.get('db')).toBe(2)
    expect(await places()).toEqual([])
  })

  it('gives the places of a process that died to the runs that wait, once these runs are over', async () => {
    await fleet.bootLeader(jobsOf('a', ['j0']), OPTIONS)
    const hands = { h1: member('b', 'db', { schedule: null }), h2: member('b', 'db', { schedule: null }) }
    const b = await fleet.boot('b', { ...jobsOf('b', ['j0']), ...hands }, OPTIONS)
    await fleet.clock.advance(50 * SECOND - (fleet.clock.now() % MINUTE))
    for (const hand of ['h1', 'h2']) b.scheduler.runJob(hand).catch(() => undefined) // its process dies
    await fleet.clock.advance(5 * SECOND)
    expect(living('db')).toBe(2)
    fleet.cutOff(b)
    dead.add('b')
    await fleet.clock.advance(4 * MINUTE)
    expect(begun).toContain('a j0')
    expect(most.get('db')).toBe(2)
  })

  it('holds over a change of leader, whose waiting runs go on elsewhere', async () => {
    const a = await fleet.bootLeader(jobsOf('a', names), OPTIONS)
    const b = await fleet.boot('b', jobsOf('b', names), OPTIONS)
    await toNextTick()
    await during(fleet.clock, a.scheduler.stop({ timeout: 30 * SECOND }))
    await fleet.clock.advance(2 * MINUTE)
    expect(begun.some((each) => each.startsWith('a'))).toBe(true)
    expect(begun.some((each) => each.startsWith('b'))).toBe(true)
    expect(most.get('db')).toBe(2)
    expect(new Set(await statusesOf(b, names))).toEqual(new Set(['success']))
  })

  it('holds over the death of the leader', async () => {
    const a = await fleet.bootLeader(jobsOf('a', names, { onLost: 'retry' }), OPTIONS)
    const b = await fleet.boot('b', jobsOf('b', names, { onLost: 'retry' }), OPTIONS)
    await toNextTick()
    fleet.cutOff(a)
    await fleet.clock.advance(3 * MINUTE)
    expect(most.get('db')).toBe(2)
    const done = new Set(eventsOf(b, 'jobCompleted').map(({ jobName }) => jobName))
    expect(done).toEqual(new Set(names))
  })

  it('is left between two attempts', async () => {
    let failures = 0
    const failing = member('a', 'db', {
      groupLimit: { fleet: 1 },
      retries: 1,
      backoff: [20_000],
      action: (): void => {
        begun.push('a failing')
        if (failures++ === 0) throw new Error('on purpose')
      },
    })
    const jobs = { failing: { ...failing, priority: 1 }, j0: member('a', 'db', { groupLimit: { fleet: 1 } }) }
    await fleet.bootLeader(jobs, OPTIONS)
    await toNextTick()
    await fleet.clock.advance(30 * SECOND)
    expect(begun).toEqual(['a failing', 'a j0', 'a failing'])
  })

  it('holds while its page is split', async () => {
    const quiet = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [`q${index}`, member('a', `g${index}`, { schedule: '* * * * *' })]),
    )
    const options = { ...OPTIONS, maxConcurrentJobs: 400 }
    await fleet.bootLeader({ ...quiet, ...jobsOf('a', names) }, options)
    const hand = member('b', 'db', { schedule: null })
    const b = await fleet.boot('b', { h1: hand, h2: hand }, options)
    await fleet.clock.advance(58 * SECOND - (fleet.clock.now() % MINUTE))
    const ran = Promise.all([b.scheduler.runJob('h1'), b.scheduler.runJob('h2')])
    await fleet.clock.advance(10 * SECOND)
    expect((await listAll(fleet.store, 'places/')).length).toBeGreaterThan(1)
    await during(fleet.clock, ran)
    await fleet.clock.advance(MINUTE)
    expect(most.get('db')).toBe(2)
    expect(begun.filter((each) => each.startsWith('a j')).length).toBeGreaterThanOrEqual(names.length)
  })
})

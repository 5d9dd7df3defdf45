import type { RunRecord } from '@s3sched/history'
import { claimRun, type JobRecord, type JobSpec, type LocalJob, newJob, type OpenRun, takeOver } from '@s3sched/jobs'
import type { RecordUpdate, UpdateResult } from '@s3sched/jobs/bucket'
import { S3SchedError, silentLogger } from '@s3sched/kernel'
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { createMemoryStore } from '@s3sched/store'
import { describe, expect, it } from 'vitest'
import type { SchedulerEmitter } from '../events.ts'
import type { Authority } from './authority.ts'
import { RunEnds, type RunEndsDeps } from './run-ends.ts'
import type { RunLease } from './run-leases.ts'
import { OutcomeMaker } from '../run-outcomes.ts'

const NOON = Date.UTC(2026, 5, 1, 12)
const WITHIN_MS = 2000
const LED = { isKept: false, lease: undefined }
const claimant = { workerId: 'w', instance: 'i', role: 'leader', epoch: 1, claimedAt: NOON } as const
const spec = { schedule: '* * * * *', after: [], onLost: 'record' } as unknown as JobSpec
const ended = {
  runId: 'r',
  job: 'job',
  status: 'success',
  scheduledTime: NOON,
  startedAt: NOON,
  endedAt: NOON + 10,
  durationMs: 10,
  attempts: [],
  trigger: 'schedule',
  workerId: 'w',
} as RunRecord

const write = (ends: RunEnds, ...[start, run, tenure]: WithoutLast<Parameters<RunEnds['write']>>): Promise<void> =>
  new Promise((over) => ends.write(start, run, tenure, over))
type WithoutLast<T extends unknown[]> = T extends [...infer First, unknown] ? First : never

interface World {
  readonly jobSpec?: Partial<JobSpec>
  readonly trigger?: OpenRun['trigger']
  readonly role?: Authority['role']
  /** Another job comes after the job. */
  readonly successor?: boolean
  readonly failures?: number
  readonly isQuiet?: (ended: number) => boolean
}

function setUp({
  failures = 0,
  isQuiet = () => false,
  jobSpec,
  role = 'leader',
  successor = false,
  trigger = 'schedule',
}: World = {}) {
  const clock = createManualClock(NOON)
  const giveUp = new AbortController()
  const first = newJob({ ...spec, ...jobSpec }, 'hash', NOON - 60_000)
  const record = claimRun(first, { runId: 'r', tick: NOON, trigger, ...claimant, role })
  const [run] = record.running as [OpenRun]
  const state = { record: record as JobRecord | undefined, left: failures }
  const writes: { readonly withinMs: number; readonly outcomes: readonly string[] }[] = []
  const done: string[] = []
  type Records = RunEndsDeps['records']
  const records = {
    submit: (name: string, end: RecordUpdate<unknown>, { withinMs }: { readonly withinMs: number }) =>
      void records
        .update(name, (found, signOf) => end.change(found, signOf), undefined, withinMs)
        .then(
          (result) => end.answered(result as UpdateResult<unknown>),
          (error: unknown) => end.failed(error),
        ),
    update: async (_: string, change: Parameters<Records['update']>[1], __: unknown, withinMs = 0) => {
      if (state.left-- > 0) throw new S3SchedError('away', { code: 'NETWORK' })
      const changed = change(state.record, () => '')
      if ('stop' in changed) return { outcome: 'stopped', stop: changed.stop, record: state.record }
      state.record = changed.write
      writes.push({ withinMs, outcomes: (changed.outcomes ?? []).map(({ id }) => id) })
      return { outcome: 'written', record: changed.write }
    },
    drain: async () => void done.push('drain'),
    hurry: () => void done.push('hurry'),
    traits: { chained: new Set(successor ? ['next'] : []) },
    peek: () => ({ ...first, spec: { ...spec, after: ['job'] } }),
  }
  const random = createSeededRandom(1)
  const told: unknown[] = []
  const events = {
    announce: (name: string, payload: unknown) => {
      done.push(name)
      told.push(payload)
    },
  } as never as SchedulerEmitter
  const env = { clock, events, logger: silentLogger, random }
  const releases = {
    hurry: () => undefined,
    withdraw: async () => void done.push('withdraw'),
    release: async (_: string, __: OpenRun, last: unknown, delayMs: number) =>
      void done.push(`released after ${JSON.stringify(last)} for ${delayMs}`),
  } as unknown as RunEndsDeps['releases']
  const outcomes = new OutcomeMaker({ random, store: createMemoryStore() }, true)
  const onEnded = (name: string, isKept: boolean): void => void done.push(`${name} ended${isKept ? ', kept' : ''}`)
  const ends = new RunEnds(
    env,
    { records: records as unknown as Records, outcomes, isQuiet, releases, onEnded },
    WITHIN_MS,
    giveUp.signal,
  )
  const authority: Authority = { role, epoch: 1, signal: giveUp.signal, isTrusted: () => true }
  const start = { job: { name: 'job' } as LocalJob, run, record, authority }
  return { clock, done, ends, giveUp, run, start, state, told, writes }
}

describe('the end of a run', () => {
  it('counts in the record and enters the history in one write, and may wait for other writes', async () => {
    const { done, ends, start, state, writes } = setUp()
    await write(ends, start, ended, LED)
    expect(writes).toEqual([{ withinMs: WITHIN_MS, outcomes: ['job/r.success'] }])
    expect(state.record).toMatchObject({ running: [], lastRun: { runId: 'r', status: 'success' } })
    expect(done).toEqual(['job ended'])
  })

  it.each<[string, World]>([
    ['of a member, which leaves the next tick to others', { role: 'member' }],
    ['by hand, whose caller waits', { trigger: 'manual' }],
    ['of a job that is run again when lost', { jobSpec: { onLost: 'retry' } }],
    ['of a job that another job waits for', { successor: true }],
  ])('%s is written at once', async (_, world) => {
    const { ends, start, writes } = setUp(world)
    await write(ends, start, ended, LED)
    expect(writes).toMatchObject([{ withinMs: 0 }])
  })

  it('is written at once for a kept run, whose new leader waits for it', async () => {
    const { done, ends, start, writes } = setUp()
    await write(ends, start, ended, { isKept: true, lease: undefined })
    expect(writes).toMatchObject([{ withinMs: 0 }])
    expect(done).toEqual(['job ended, kept'])
  })

  it('that takes a pause of the job back is told to the leader, which plans the next tick', async () => {
    const { done, ends, run, start, state } = setUp({ jobSpec: { pauseAfterFailures: 1 } })
    const pausedFor = { failures: 1, runId: 'r', at: NOON, status: 'lost', error: null } as never
    // The process of the run had opened the run again after the verdict.
    state.record = { ...start.record, paused: true, failures: 1, pausedFor, running: [{ ...run, wasLost: true }] }
    await write(ends, { ...start, run: { ...run, wasLost: true } }, { ...ended, wasLost: true }, LED)
    expect(state.record.paused).toBe(false)
    expect(done).toContain('job ended, kept')
  })

  it('waits no more once no other write is to come, and neither do the ends that wait already', async () => {
    const { done, ends, start } = setUp({ isQuiet: (unwritten) => unwritten === 2 })
    const both = [write(ends, start, ended, LED), write(ends, start, ended, LED)]
    expect(done).toEqual(['hurry'])
    await Promise.all(both)
    await write(ends, start, ended, LED)
    expect(done.filter((what) => what === 'hurry')).toHaveLength(1)
  })

  it('waits no more once the last run has ended, also where that end does not wait itself', async () => {
    const { done, ends, start } = setUp({ isQuiet: (underWay) => underWay === 2 })
    const first = write(ends, start, ended, LED)
    await Promise.all([first, write(ends, start, ended, { isKept: true, lease: undefined })])
    expect(done[0]).toBe('hurry')
  })

  it('waits for an end whose large parts are being written', async () => {
    const { done, ends, start } = setUp({ isQuiet: (underWay) => underWay === 2 })
    const large = write(ends, start, { ...ended, result: 'x'.repeat(5000) }, LED)
    const small = write(ends, start, ended, LED)
    expect(done).toEqual([])
    await Promise.all([large, small])
  })

  it('waits no more once the process stops, and what waits already is written', async () => {
    const { done, ends, start, writes } = setUp()
    ends.hurry()
    await write(ends, start, ended, LED)
    expect(writes).toMatchObject([{ withinMs: 0 }])
    expect(done[0]).toBe('drain')
  })

  it('is written after a store outage of any length', async () => {
    const { clock, done, ends, start, state } = setUp({ failures: 8 })
    const writing = write(ends, start, ended, LED)
    await clock.advance(600_000)
    await writing
    expect(state.record?.running).toEqual([])
    expect(done).toEqual(['job ended'])
  })

  it('is not told when it is given up', async () => {
    const { clock, done, ends, giveUp, start, state } = setUp({ failures: Infinity })
    const writing = write(ends, start, ended, LED)
    await clock.advance(1000)
    giveUp.abort()
    await writing
    expect(state.record?.running).toHaveLength(1)
    expect(done).toEqual([])
  })

  it('is not written where another process has taken the run over, or the record is gone', async () => {
    const { ends, start, state, writes } = setUp()
    const taken = takeOver(start.record, 'r', { ...claimant, workerId: 'other', instance: 'j' })
    state.record = taken
    await write(ends, start, ended, LED)
    state.record = undefined
    await write(ends, start, ended, LED)
    expect(writes).toEqual([])
    expect(taken.running).toHaveLength(1)
  })
})

describe('an end with a large result', () => {
  it('is awaited by a hand-over from the first write on, and its run lease is left before the page is written', async () => {
    const { done, ends, start, writes } = setUp()
    const lease = { leave: () => void done.push(`left before ${writes.length} writes`) } as unknown as RunLease
    const writing = write(ends, start, { ...ended, result: 'x'.repeat(5000) }, { isKept: false, lease })
    expect(done).toEqual([])
    await Promise.all([ends.drain(), writing])
    expect(done).toEqual(['left before 0 writes', 'job ended', 'drain'])
    expect(writes).toHaveLength(1)
  })
})

describe('a run that is handed over', () => {
  it('is released after its last attempt, with the pause before the next attempt', async () => {
    const { done, ends, run, told } = setUp()
    await ends.handOver('job', run, undefined, 0)
    await ends.handOver('job', run, { attempts: [{ attempt: 1 }, { attempt: 2 }] } as never, 500)
    expect(done).toEqual([
      'released after undefined for 0',
      'plg:scheduler:job-released',
      'released after {"attempt":2} for 500',
      'plg:scheduler:job-released',
    ])
    expect(told).toMatchObject([
      { jobName: 'job', runId: 'r', attempts: 0 },
      { jobName: 'job', runId: 'r', attempts: 2 },
    ])
  })

  it('is withdrawn if it was started by hand', async () => {
    const { done, ends, run } = setUp({ trigger: 'manual' })
    await ends.handOver('job', run, undefined, 0)
    expect(done).toEqual(['withdraw'])
  })
})

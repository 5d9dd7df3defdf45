import { silentLogger } from '@s3sched/kernel'
import { createManualClock } from '@s3sched/kernel/testing'
import { expect, it, vi } from 'vitest'
import type { JobRecord, LocalJob, OpenRun } from '@s3sched/jobs'
import type { RecordCache, RecordChange } from '@s3sched/jobs/bucket'
import type { Executor } from '@s3sched/executor'
import { KeptRuns } from './kept-runs.ts'
import type { RunStart } from './run-start.ts'

const run: OpenRun = {
  runId: 'r',
  tick: 0,
  trigger: 'schedule',
  fence: 3,
  workerId: 'w',
  instance: 'i',
  role: 'leader',
  epoch: 7,
  claimedAt: 0,
  leaseMs: 2000,
  retry: null,
}

type Update = (name: string, change: (record: JobRecord) => RecordChange<unknown>) => Promise<{ outcome: string }>

function keptRuns({ named = run, phase = 'running' }: { named?: OpenRun; phase?: string } = {}) {
  const presence = { signal: new AbortController().signal, isTrusted: () => true, leave: vi.fn<() => void>() }
  const records = {
    written: undefined as JobRecord | undefined,
    update: vi.fn<Update>((_, change) => {
      const changed = change({ running: [named] } as unknown as JobRecord)
      if ('write' in changed) records.written = changed.write
      return Promise.resolve({ outcome: 'write' in changed ? 'written' : 'stopped' })
    }),
  }
  const running = vi.fn<Executor['running']>(
    () => [{ runId: 'r', phase, blocks: true }] as unknown as ReturnType<Executor['running']>,
  )
  const show = vi.fn<() => Promise<void>>(() => Promise.resolve())
  const clock = createManualClock()
  const kept = new KeptRuns(
    { clock, logger: silentLogger },
    { records: records as unknown as RecordCache, executor: { running }, presence: { show, enter: () => presence } },
    6000,
  )
  const authority = { role: 'leader', epoch: 7, signal: new AbortController().signal, isTrusted: () => true } as const
  const start: RunStart = { job: { name: 'job' } as LocalJob, run, record: {} as JobRecord, authority }
  const tenure = { keepBy: vi.fn<(presence: unknown) => void>() }
  return { authority, clock, records, kept, presence, running, show, start, tenure }
}

it('ties an executing run to this member', async () => {
  const { authority, records, kept, presence, start, tenure } = keptRuns()
  kept.enter(start, tenure)
  await kept.keep(authority)
  expect(records.written?.running).toMatchObject([{ runId: 'r', fence: 3, role: 'member', epoch: null }])
  expect(records.written?.running[0]?.leaseMs).toBeUndefined()
  expect(tenure.keepBy).toHaveBeenCalledWith(presence)
  expect(presence.leave).not.toHaveBeenCalled()
})

it('looks among the runs of the job alone, since thousands of runs may ask at once', async () => {
  const { authority, kept, running, start, tenure } = keptRuns()
  kept.enter(start, tenure)
  await kept.keep(authority)
  expect(kept.isWorking(start)).toBe(true)
  expect(running.mock.calls).toEqual([['job'], ['job']])
})

it('leaves a run to its authority that waits, is another authority’s, or has ended', async () => {
  const waiting = keptRuns({ phase: 'waiting' })
  waiting.kept.enter(waiting.start, waiting.tenure)
  await waiting.kept.keep(waiting.authority)
  const other = keptRuns()
  other.kept.enter(other.start, other.tenure)
  await other.kept.keep({ ...other.authority })
  other.kept.leave('r')
  await other.kept.keep(other.authority)
  const members = keptRuns()
  const authority = { ...members.authority, role: 'member' } as const
  members.kept.enter({ ...members.start, authority }, members.tenure)
  await members.kept.keep(authority)
  for (const { show } of [waiting, other, members]) expect(show).not.toHaveBeenCalled()
})

it('does not keep a run that another instance has taken over', async () => {
  const { authority, kept, presence, start, tenure } = keptRuns({ named: { ...run, fence: 4 } })
  kept.enter(start, tenure)
  await kept.keep(authority)
  expect(tenure.keepBy).not.toHaveBeenCalled()
  expect(presence.leave).toHaveBeenCalledOnce()
})

it('gives the presence back if the run ends during the write, or the write fails', async () => {
  const ended = keptRuns()
  ended.kept.enter(ended.start, ended.tenure)
  const keeping = ended.kept.keep(ended.authority)
  ended.kept.leave('r')
  await keeping
  const failed = keptRuns()
  failed.records.update.mockRejectedValue(new Error('away'))
  failed.kept.enter(failed.start, failed.tenure)
  await failed.kept.keep(failed.authority)
  for (const { presence, tenure } of [ended, failed]) {
    expect(tenure.keepBy).not.toHaveBeenCalled()
    expect(presence.leave).toHaveBeenCalledOnce()
  }
})

it.each([
  { leaseMs: 2000, answerMs: 400 },
  { leaseMs: undefined, answerMs: 1200 },
  { leaseMs: 20_000, answerMs: 1200 },
])('waits $answerMs ms for the answer about a run with a lease of $leaseMs ms', async ({ leaseMs, answerMs }) => {
  const { leaseMs: _, ...unlimited } = run
  const { clock, kept, show, start } = keptRuns()
  show.mockReturnValue(new Promise(() => {}))
  const settled = vi.fn<() => void>()
  const led = { ...start, run: leaseMs === undefined ? unlimited : { ...run, leaseMs } }
  void kept.keepOn(led).then(settled)
  await clock.advance(answerMs - 1)
  expect(settled).not.toHaveBeenCalled()
  await clock.advance(1)
  expect(settled).toHaveBeenCalledWith(undefined)
})

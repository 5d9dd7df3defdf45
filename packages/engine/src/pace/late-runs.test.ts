import { beforeEach, describe, expect, it } from 'vitest'
import type { RunningRun } from '@s3sched/executor'
import { createManualClock, type ManualClock } from '@s3sched/kernel/testing'
import { LateRuns } from './late-runs.ts'

const T = Date.UTC(2026, 0, 5, 12)

describe('a late tick', () => {
  let clock: ManualClock
  let going: RunningRun[]
  let late: LateRuns
  beforeEach(() => {
    clock = createManualClock(T)
    going = []
    late = new LateRuns(clock, { running: (key) => going.filter((run) => run.key === key) })
  })

  const begin = (runId: string, startAt: number): void => {
    late.began('job', runId, startAt)
    going.push({
      runId,
      key: 'job',
      attempt: 1,
      startedAt: clock.now(),
      phase: 'running',
      abandoned: false,
      blocks: true,
    })
  }
  const end = (runId: string): void => {
    going = going.filter((run) => run.runId !== runId)
    late.ended('job', runId)
  }

  it('does not wait when nothing goes on', async () => {
    await clock.advance(2000)
    expect(late.mayWait('job', 'a', T)).toBe(false)
    begin('a', T)
    expect(late.mayWait('other', 'b', T + 1000)).toBe(false)
  })

  it('does not wait when everything is on time', async () => {
    await clock.advance(99)
    begin('a', T)
    await clock.advance(901)
    expect(late.mayWait('job', 'b', T + 1000)).toBe(false)
  })

  it('waits, also on time itself, for what began late and after its instant', async () => {
    await clock.advance(1010)
    begin('a', T)
    await clock.advance(10)
    expect(late.mayWait('job', 'b', T + 1000)).toBe(true)
    end('a')
    begin('b', T + 1000)
    await clock.advance(990)
    expect(late.mayWait('job', 'c', T + 2000)).toBe(false)
  })

  it('waits for what began after its own instant, and so does the next', async () => {
    await clock.advance(2500)
    begin('a', T)
    expect(late.mayWait('job', 'b', T + 1000)).toBe(true)
    expect(late.mayWait('job', 'c', T + 2000)).toBe(true)
  })

  it('does not wait for what began in time, and before it', async () => {
    begin('a', T)
    await clock.advance(1300)
    expect(late.mayWait('job', 'b', T + 1000)).toBe(false)
  })

  it('does not wait for what began late and goes on for long already', async () => {
    await clock.advance(900)
    begin('a', T)
    await clock.advance(6000)
    expect(late.mayWait('job', 'b', T + 5899)).toBe(true)
    late.ended('job', 'b')
    expect(late.mayWait('job', 'b', T + 5900)).toBe(false)
  })

  it('waits alone for what began late and before it', async () => {
    await clock.advance(900)
    begin('a', T)
    await clock.advance(400)
    expect(late.mayWait('job', 'b', T + 1000)).toBe(true)
    await clock.advance(1000)
    expect(late.mayWait('job', 'c', T + 2000)).toBe(false)
  })

  it.each(['began', 'ended'] as const)('leaves its place to another when it has %s', async (how) => {
    await clock.advance(900)
    begin('a', T)
    await clock.advance(400)
    late.mayWait('job', 'b', T + 1000)
    if (how === 'ended') late.ended('job', 'b')
    else {
      late.mayFollow('job', 'b', T + 1000)
      end('a')
      begin('b', T + 1000)
    }
    await clock.advance(900)
    expect(late.mayWait('job', 'c', T + 2000)).toBe(true)
  })

  it('is skipped after its wait when the run before would have overlapped after a start in time, too', async () => {
    await clock.advance(644)
    begin('a', T)
    await clock.advance(2356)
    expect(late.mayWait('job', 'b', T + 3000)).toBe(true)
    await clock.advance(1144) // the run took 3.5 s
    expect(late.mayFollow('job', 'b', T + 3000)).toBe(false)
    end('a')
    late.ended('job', 'b')
    await clock.advance(1856)
    expect(late.mayWait('job', 'c', T + 6000)).toBe(false)
  })

  it('follows a run that took just as long as the schedule allows', async () => {
    await clock.advance(644)
    begin('a', T)
    await clock.advance(2356)
    expect(late.mayWait('job', 'b', T + 3000)).toBe(true)
    await clock.advance(644)
    expect(late.mayFollow('job', 'b', T + 3000)).toBe(true)
  })
})

import { describe, expect, it } from 'vitest'
import type { JobView, LeaderView, Term } from '@s3sched/operator'
import type { AlertRule } from './alert-rules.ts'
import { NO_STATE } from './alert-state.ts'
import type { Decision } from './decide-alerts.ts'
import { decide, EVERY, jobOf, known, marksOf, MINUTE, NOW, ruleOf, type Running } from '../test/alert-decisions.ts'

describe.each(['missed', 'lost'] as const)('counts of %s', (kind) => {
  const counted = (count: number): JobView => jobOf({ counts: { [kind]: count } })
  const told = (count: number): string =>
    kind === 'missed'
      ? `job 'job': ${count === 1 ? '1 tick was missed' : `${count} ticks were missed`}`
      : `job 'job': ${count === 1 ? '1 run was lost' : `${count} runs were lost`}`

  it('are told by their growth', () => {
    expect(decide(known(), [counted(1)]).alerts).toMatchObject([{ kind, message: told(1), count: 1 }])
    const decided = decide(known({ [kind]: 2 }), [counted(5)])
    expect(decided.alerts).toMatchObject([{ kind, message: told(3), count: 3 }])
    expect(marksOf(decided)).toEqual({ [kind]: 5, told: { [kind]: NOW } })
  })

  it('of before the rule are only noted', () => {
    const decided = decide(NO_STATE, [counted(4)])
    expect([decided.alerts, marksOf(decided)]).toEqual([[], { [kind]: 4 }])
  })

  it('of a period are told together after the period', () => {
    const first = decide(known({ [kind]: 1 }), [counted(2)])
    const second = decide({ ...NO_STATE, rules: first.rules }, [counted(5)], { now: NOW + EVERY - 1 })
    expect([second.alerts, marksOf(second)]).toEqual([[], { [kind]: 2, told: { [kind]: NOW } }])
    const third = decide({ ...NO_STATE, rules: second.rules }, [counted(6)], { now: NOW + EVERY })
    expect(third.alerts).toMatchObject([{ message: told(4), count: 4 }])
  })

  it('that wait for the end of a period leave no count where none was told', () => {
    const waiting = decide(known({ told: { [kind]: NOW } }), [counted(1)])
    expect(marksOf(waiting)).toEqual({ told: { [kind]: NOW } })
  })

  it('that shrink are noted, and nothing is told', () => {
    const shrunk = decide(known({ [kind]: 3 }), [counted(2)])
    expect([shrunk.alerts, marksOf(shrunk)]).toEqual([[], { [kind]: 2 }])
    expect(marksOf(decide(known({ [kind]: 3 }), [counted(0)]))).toBeUndefined()
  })
})

describe('an overdue tick', () => {
  const since = NOW - 5 * MINUTE
  const late = jobOf({ overdueSince: since })

  it('is told once', () => {
    const decided = decide(known(), [late])
    expect(decided.alerts).toMatchObject([
      {
        kind: 'late',
        message: "job 'job' was due 5 minutes ago, and nobody has claimed it",
        count: 1,
        scheduledTime: since,
      },
    ])
    expect(marksOf(decided)).toEqual({ late: since, told: { late: NOW } })
    const again = decide({ ...NO_STATE, rules: decided.rules }, [late], { now: NOW + EVERY })
    expect([again.alerts, marksOf(again)]).toEqual([[], { late: since }])
  })

  it('after another one waits for the end of the period', () => {
    const marks = { late: since - 1, told: { late: NOW } }
    const waiting = decide(known(marks), [late])
    expect([waiting.alerts, marksOf(waiting)]).toEqual([[], marks])
    const told = decide(known(marks), [late], { now: NOW + EVERY })
    expect(told.alerts).toMatchObject([{ scheduledTime: since }])
  })

  it('that was claimed leaves no mark', () => {
    expect(marksOf(decide(known({ late: since }), [jobOf()]))).toBeUndefined()
  })
})

describe('a run that goes on', () => {
  const HOUR = 60 * MINUTE
  const runOf = (ageMs: number, more: Partial<Running> = {}): Partial<Running> => ({
    runId: 'run-1',
    claimedAt: NOW - ageMs,
    scheduledTime: NOW - ageMs - 1,
    workerId: 'w',
    retryAfter: null,
    ...more,
  })
  const kindsOf = (job: JobView, rule: Partial<AlertRule> = {}): readonly string[] =>
    decide(known(), [job], { rules: ruleOf(rule) }).alerts.map(({ kind }) => kind)

  it('is told once, with its instance', () => {
    const job = jobOf({ running: [runOf(HOUR + 1)] })
    const decided = decide(known(), [job])
    expect(decided.alerts).toMatchObject([
      {
        kind: 'stalled',
        message: "job 'job' has run for 60 minutes on w",
        count: 1,
        runId: 'run-1',
        scheduledTime: NOW - HOUR - 2,
      },
    ])
    expect(marksOf(decided)).toEqual({ stalled: 'run-1', told: { stalled: NOW } })
    const again = decide({ ...NO_STATE, rules: decided.rules }, [job], { now: NOW + EVERY })
    expect([again.alerts, marksOf(again)]).toEqual([[], { stalled: 'run-1' }])
  })

  it('has an hour without a timeout, and all its attempts and five minutes with one', () => {
    expect(kindsOf(jobOf({ running: [runOf(HOUR)] }))).toEqual([])
    const spec = { timeout: 2 * MINUTE, retries: 2 }
    expect(kindsOf(jobOf({ spec, running: [runOf(11 * MINUTE)] }))).toEqual([])
    expect(kindsOf(jobOf({ spec, running: [runOf(11 * MINUTE + 1)] }))).toEqual(['stalled'])
  })

  it('has the time of the rule where the rule gives one', () => {
    const spec = { timeout: HOUR, retries: 2 }
    const running = [runOf(MINUTE + 1)]
    expect(kindsOf(jobOf({ spec, running }), { stalledAfter: MINUTE })).toEqual(['stalled'])
    expect(kindsOf(jobOf({ spec, running }), { stalledAfter: MINUTE + 1 })).toEqual([])
  })

  it('is told whichever place it has, and not while it waits for another attempt', () => {
    const waits = { retryAfter: { attempt: 1, error: 'no', notBefore: NOW } }
    expect(kindsOf(jobOf({ running: [runOf(MINUTE), runOf(2 * HOUR, { runId: 'run-2' })] }))).toEqual(['stalled'])
    expect(kindsOf(jobOf({ running: [runOf(2 * HOUR, waits)] }))).toEqual([])
  })

  it('after another one waits for the end of the period, and leaves no mark once it has ended', () => {
    const marks = { stalled: 'run-0', told: { stalled: NOW } }
    const waiting = decide(known(marks), [jobOf({ running: [runOf(2 * HOUR)] })])
    expect([waiting.alerts, marksOf(waiting)]).toEqual([[], marks])
    expect(marksOf(decide(known({ stalled: 'run-0' }), [jobOf()]))).toBeUndefined()
  })
})

describe('a time without a leader', () => {
  const term: Term = { epoch: 5, workerId: 'b', since: NOW - MINUTE, until: null, end: null }
  const before: Term = { epoch: 4, workerId: 'a', since: 0, until: NOW - 5 * MINUTE, end: 'silent' }
  const led = (...terms: readonly Term[]): LeaderView => ({ state: 'held', terms }) as unknown as LeaderView
  const look = (leader: LeaderView | undefined, state = known({ epoch: 4 }, ''), rules = ruleOf()): Decision =>
    decide(state, [], { rules, ...(leader === undefined ? {} : { leader }) })

  it('is told by the next leader, once', () => {
    const decided = look(led(term, before))
    expect(decided.alerts).toEqual([
      {
        rule: 'rule',
        kind: 'leaderless',
        job: null,
        at: NOW,
        message: 'the leader a fell silent, and b led 240 s after its last sign',
        count: 1,
      },
    ])
    expect(marksOf(decided, '')).toEqual({ epoch: 5, told: { leaderless: NOW } })
    const again = look(led(term, before), { ...NO_STATE, rules: decided.rules })
    expect([again.alerts, marksOf(again, '')]).toEqual([[], { epoch: 5, told: { leaderless: NOW } }])
  })

  it('is none where the rule looks for the first time, and where the epoch is no newer', () => {
    for (const state of [NO_STATE, known(), known({ epoch: 5 }, ''), known({ epoch: 6 }, '')]) {
      const decided = look(led(term, before), state)
      expect([decided.alerts, marksOf(decided, '')]).toEqual([[], { epoch: 5 }])
    }
  })

  it('is none after a release, without an earlier term, or with an unknown last sign', () => {
    for (const earlier of [[{ ...before, end: 'released' as const }], [], [{ ...before, until: null }]]) {
      const decided = look(led(term, ...earlier))
      expect([decided.alerts, marksOf(decided, '')]).toEqual([[], { epoch: 5 }])
    }
  })

  it('is told from the length on that the rule gives', () => {
    const gapMs = 4 * MINUTE
    const told = (leaderlessAfter: number): number =>
      look(led(term, before), undefined, ruleOf({ leaderlessAfter })).alerts.length
    expect([told(gapMs + 1), told(gapMs)]).toEqual([0, 1])
    expect(look(led({ ...term, since: NOW - 3 * MINUTE - 1 }, before)).alerts, 'two minutes by default').toEqual([])
  })

  it('is not looked for before the leader has written its term, and the known epoch stays', () => {
    const views = [
      undefined,
      { state: 'missing' } as const,
      { state: 'free', epoch: 5, isStopped: false, terms: [term, before] } as const,
      led(),
      led({ ...term, since: null }, before),
      led({ ...term, until: NOW }, before),
    ]
    for (const leader of views) {
      const decided = look(leader)
      expect([decided.alerts, marksOf(decided, '')]).toEqual([[], { epoch: 4 }])
      expect(marksOf(look(leader, known()), '')).toBeUndefined()
    }
  })
})

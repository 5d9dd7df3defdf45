import { describe, expect, it } from 'vitest'
import type { AlertRule } from './alert-rules.ts'
import { NO_STATE } from './alert-state.ts'
import { decide, EVERY, failed, jobOf, known, marksOf, markOf, MINUTE, NOW, ruleOf } from '../test/alert-decisions.ts'

describe('failures', () => {
  it('are told once they are as many in a row as the rule wants', () => {
    const rules = ruleOf({ after: 3 })
    expect(decide(known(), [failed(2)], { rules })).toEqual({ rules: { rule: {} }, alerts: [] })
    const decided = decide(known(), [failed(3)], { rules })
    expect(decided.alerts).toEqual([
      {
        rule: 'rule',
        kind: 'failed',
        job: 'job',
        at: NOW,
        message: "job 'job' failed 3 times in a row: disk full",
        count: 3,
        runId: 'run-3',
        scheduledTime: NOW - MINUTE,
      },
    ])
    expect(marksOf(decided)).toEqual({ failing: { runId: 'run-3', since: NOW }, told: { failed: NOW } })
  })

  it('are told by their status where they have no message', () => {
    const job = jobOf({ streak: { outcome: 'failure', length: 1 }, lastError: { ...markOf('r'), status: 'timeout' } })
    expect(decide(known(), [job]).alerts[0]?.message).toBe("job 'job' failed: timeout")
  })

  it('that began before the rule are told, since they are there now', () => {
    expect(decide(NO_STATE, [failed(5)]).alerts).toMatchObject([{ kind: 'failed', count: 5 }])
  })

  it('of which the last was told are not told again, even after the period', () => {
    const { rules } = decide(known(), [failed(1)])
    const later = decide({ ...NO_STATE, rules }, [failed(1)], { now: NOW + EVERY })
    expect(later.alerts).toEqual([])
    expect(marksOf(later)).toEqual({ failing: { runId: 'run-1', since: NOW } })
  })

  it('that go on are told again after the period, with the time of the first', () => {
    const { rules } = decide(known(), [failed(1)])
    const soon = decide({ ...NO_STATE, rules }, [failed(2)], { now: NOW + EVERY - 1 })
    expect(soon.alerts).toEqual([])
    expect(marksOf(soon)).toEqual({ failing: { runId: 'run-1', since: NOW }, told: { failed: NOW } })
    const late = decide({ ...NO_STATE, rules: soon.rules }, [failed(2)], { now: NOW + EVERY })
    expect(late.alerts).toMatchObject([{ kind: 'failed', count: 2, runId: 'run-2' }])
    expect(marksOf(late)).toEqual({ failing: { runId: 'run-2', since: NOW }, told: { failed: NOW + EVERY } })
  })

  it('wait for an error in the statistics', () => {
    const job = jobOf({ streak: { outcome: 'failure', length: 1 } })
    expect(decide(known(), [job])).toEqual({ rules: { rule: {} }, alerts: [] })
  })

  it('are noted without an alert and without further writes by a rule that tells recoveries only', () => {
    const rules = ruleOf({ on: 'recovered' })
    const first = decide(known(), [failed(1)], { rules })
    expect([first.alerts, marksOf(first)]).toEqual([[], { failing: { runId: 'run-1', since: NOW } }])
    const second = decide({ ...NO_STATE, rules: first.rules }, [failed(2)], { rules, now: NOW + EVERY })
    expect(second.rules).toEqual(first.rules)
  })
})

describe('a recovery', () => {
  const failing = { failing: { runId: 'run-1', since: NOW - 10 * MINUTE }, told: { failed: NOW - MINUTE } }

  it('is told at once, and ends the matter', () => {
    const decided = decide(known(failing), [jobOf({ lastSuccess: markOf('run-2') })])
    expect(decided.alerts).toEqual([
      {
        rule: 'rule',
        kind: 'recovered',
        job: 'job',
        at: NOW,
        message: "job 'job' succeeded again, 10 minutes after it failed",
        count: 1,
        runId: 'run-2',
      },
    ])
    expect(marksOf(decided)).toEqual({ told: { failed: NOW - MINUTE } })
  })

  it('names the failed run where the statistics name no success, and at least one minute', () => {
    const state = known({ failing: { runId: 'run-1', since: NOW - 20_000 } })
    expect(decide(state, [jobOf()]).alerts).toMatchObject([
      { runId: 'run-1', message: "job 'job' succeeded again, 1 minute after it failed" },
    ])
  })

  it('of a lost run that was found says so, and names that run', () => {
    const job = jobOf({ streak: { outcome: 'none', length: 0 }, lastSuccess: markOf('run-0') })
    const [alert] = decide(known(failing), [job]).alerts
    expect(alert).toMatchObject({ kind: 'recovered', runId: 'run-1' })
    expect(alert?.message).toBe(
      "job 'job' has not failed after all: its lost run was found, 10 minutes after it failed",
    )
  })

  it('is not told where no failure was told, and not by a rule that does not ask for it', () => {
    expect(decide(known(), [jobOf({ lastSuccess: markOf('run-2') })]).alerts).toEqual([])
    const quiet = decide(known(failing), [jobOf()], { rules: ruleOf({ on: 'failed' }) })
    expect([quiet.alerts, marksOf(quiet)]).toEqual([[], { told: { failed: NOW - MINUTE } }])
  })
})

describe('a rule', () => {
  it('looks at the jobs that it covers, and at no removed job', () => {
    const jobs = [failed(1), { ...failed(1), name: 'other' }, { ...failed(1), name: 'gone', state: 'removed' as const }]
    const told = (rule: Partial<AlertRule>): readonly (string | null)[] =>
      decide(known(), jobs, { rules: ruleOf(rule) }).alerts.map(({ job }) => job)
    expect(told({})).toEqual(['job', 'other'])
    expect(told({ jobs: 'other' })).toEqual(['other'])
  })

  it('tells each kind for itself, in its own period', () => {
    const both = { ...failed(1), overdueSince: NOW - MINUTE }
    const first = decide(known(), [both])
    expect(first.alerts.map(({ kind }) => kind)).toEqual(['failed', 'late'])
    expect(marksOf(first)?.told).toEqual({ failed: NOW, late: NOW })
  })

  it('keeps its marks beside those of a rule that this application lacks', () => {
    const state = { ...NO_STATE, rules: { elsewhere: { job: { missed: 1 } }, rule: { gone: { missed: 2 } } } }
    expect(decide(state, [jobOf({ counts: { missed: 3 } })]).rules).toEqual({
      elsewhere: { job: { missed: 1 } },
      rule: { job: { missed: 3, told: { missed: NOW } } },
    })
  })

  it('takes a job with the name of a property of every object for a new one', () => {
    const job = jobOf({ name: 'constructor', counts: { missed: 1 } })
    expect(decide(known(), [job]).alerts).toMatchObject([{ job: 'constructor', count: 1 }])
  })
})

import { composeSchedule, everySchedule, onceSchedule, parseSchedule } from '@s3sched/cron'
import { describe, expect, it } from 'vitest'
import { jitterOf, type JobSpec } from '@s3sched/jobs'
import { decideTick, LATE_AFTER_MS, TICKS_PER_STEP, type TickInput } from './decide-tick.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const NOON = Date.UTC(2026, 5, 1, 12)

const spec: JobSpec = {
  schedule: '* * * * *',
  timezone: 'UTC',
  description: '',
  enabled: true,
  retries: 0,
  backoff: 'exponential',
  timeout: 0,
  runOnStart: false,
  overlap: 'skip',
  catchUp: 'latest',
  catchUpWindowMs: 24 * HOUR,
  jitterMs: 0,
  after: [],
  onLost: 'record',
  deadline: 0,
  priority: 0,
  group: null,
  groupLimit: 1,
  groupFleetLimit: 0,
}

function decide(changes: Partial<Omit<TickInput, 'spec'>> & { spec?: Partial<JobSpec> } = {}) {
  return decideTick({
    jobName: 'job',
    schedule: parseSchedule('* * * * *'),
    after: NOON - MINUTE,
    now: NOON,
    claimAheadMs: 1000,
    runsElsewhere: false,
    ...changes,
    spec: { ...spec, ...changes.spec },
  })
}

describe('decideTick', () => {
  it('claims a tick that is due', () => {
    expect(decide()).toEqual({ act: 'claim', tick: NOON, startAt: NOON })
  })

  it('claims a tick ahead of time, to start on its instant', () => {
    expect(decide({ now: NOON - 1000 })).toEqual({ act: 'claim', tick: NOON, startAt: NOON })
    expect(decide({ now: NOON - 1001 })).toEqual({ act: 'wait', tick: NOON, at: NOON - 1000 })
  })

  it('says when a schedule never fires again', () => {
    expect(decide({ schedule: { ...parseSchedule('* * * * *'), next: () => null } })).toEqual({ act: 'never' })
  })

  it('starts a jittered tick at the same instant for everyone, within its bound', () => {
    const jittered = decide({ spec: { jitterMs: 30_000 }, claimAheadMs: 0, now: NOON + 30_000 })
    expect(jittered).toMatchObject({ act: 'claim', tick: NOON })
    expect(jittered).toEqual(decide({ spec: { jitterMs: 30_000 }, claimAheadMs: 0, now: NOON + 30_000 }))
    const { startAt } = jittered as { startAt: number }
    expect(startAt - NOON).toBeGreaterThan(0)
    expect(startAt - NOON).toBeLessThanOrEqual(30_000)
  })

  describe('while a run of the job goes on elsewhere', () => {
    const runsElsewhere = true

    it('decides nothing before the tick, since the run may still end', () => {
      expect(decide({ runsElsewhere, now: NOON - 500 })).toEqual({ act: 'wait', tick: NOON, at: NOON })
    })

    it('skips the tick, waits for the run, or does not care, as the job says', () => {
      const reason = 'the previous run was still going on'
      expect(decide({ runsElsewhere })).toEqual({ act: 'skip', tick: NOON, reason })
      expect(decide({ runsElsewhere, spec: { overlap: 'cancel' } })).toMatchObject({ act: 'skip', tick: NOON })
      expect(decide({ runsElsewhere, spec: { overlap: 'queue' } })).toEqual({ act: 'hold', tick: NOON })
      expect(decide({ runsElsewhere, spec: { overlap: 'allow' } })).toMatchObject({ act: 'claim', tick: NOON })
    })
  })

  describe('when nobody claimed in time', () => {
    const tenAgo = NOON - 10 * MINUTE - 1

    it('runs only the latest tick by default, and records the others as missed', () => {
      const missed = { act: 'miss', from: NOON - 10 * MINUTE, to: NOON - MINUTE, count: 10 }
      expect(decide({ after: tenAgo, now: NOON + 7000 })).toMatchObject(missed)
      expect(decide({ after: NOON - MINUTE, now: NOON + 7000 })).toMatchObject({ act: 'claim', tick: NOON })
    })

    it('runs each of them with catchUp all, the oldest first', () => {
      expect(decide({ after: tenAgo, spec: { catchUp: 'all' } })).toMatchObject({
        act: 'claim',
        tick: NOON - 10 * MINUTE,
      })
    })

    it('runs none of them with catchUp none, but still the one that is on time', () => {
      const none = { catchUp: 'none' } as const
      expect(decide({ after: tenAgo, spec: none, now: NOON })).toMatchObject({
        act: 'miss',
        to: NOON - MINUTE,
        count: 10,
      })
      expect(decide({ after: NOON - MINUTE, spec: none, now: NOON + LATE_AFTER_MS })).toMatchObject({ act: 'claim' })
      expect(decide({ after: NOON - MINUTE, spec: none, now: NOON + LATE_AFTER_MS + 1 })).toMatchObject({ act: 'miss' })
    })

    it('records what is older than the window as missed, whatever the policy', () => {
      for (const catchUp of ['latest', 'all'] as const) {
        const yearly = parseSchedule('0 0 1 1 *')
        const newYear = Date.UTC(2026, 0, 1)
        const decision = decide({ schedule: yearly, after: newYear - 1, spec: { catchUp }, now: NOON })
        expect(decision).toMatchObject({ act: 'miss', from: newYear, to: newYear, count: 1 })
      }
    })

    it('passes over a long outage in bounded steps that leave nothing out', () => {
      const schedule = everySchedule('1s')
      let settled = NOON - 3 * HOUR
      let missed = 0
      let decision = decide({ schedule, after: settled, now: NOON })
      while (decision.act === 'miss') {
        expect(decision.count).toBeLessThanOrEqual(TICKS_PER_STEP)
        expect(decision.from).toBe(settled + 1000)
        missed += decision.count
        settled = decision.to
        decision = decide({ schedule, after: settled, now: NOON })
      }
      expect(decision).toMatchObject({ act: 'claim', tick: NOON })
      expect(missed).toBe(3 * 3600 - 1)
    })

    it('are late only when more than the grace has passed, counted from the jittered start', () => {
      const onTime = { now: NOON + LATE_AFTER_MS, spec: { catchUp: 'none' } } as const
      expect(decide(onTime)).toMatchObject({ act: 'claim', tick: NOON })
      expect(decide({ ...onTime, now: NOON + LATE_AFTER_MS + 1 })).toMatchObject({ act: 'miss', from: NOON })
      // The tick's own jitter delays the moment from which the tick is late, and only once.
      const jittered = { jitterMs: 50_000, catchUp: 'none' } as const
      const startAt = NOON + jitterOf('job', NOON, 50_000)
      expect(startAt).toBeGreaterThan(NOON)
      expect(decide({ spec: jittered, now: startAt + LATE_AFTER_MS })).toMatchObject({ act: 'claim', startAt })
      expect(decide({ spec: jittered, now: startAt + LATE_AFTER_MS + 1 })).toMatchObject({ act: 'miss', from: NOON })
    })

    it('run one after the other within the grace, whatever the policy', () => {
      const schedule = everySchedule('1s')
      const late = { schedule, after: NOON - LATE_AFTER_MS - 1000, now: NOON } as const
      const oldest = { act: 'claim', tick: NOON - LATE_AFTER_MS }
      expect(decide(late)).toMatchObject(oldest)
      expect(decide({ ...late, spec: { catchUp: 'none' } })).toMatchObject(oldest)
      const one = { act: 'miss', to: NOON - LATE_AFTER_MS - 1000, count: 1 }
      expect(decide({ ...late, after: late.after - 1000, spec: { catchUp: 'none' } })).toMatchObject(one)
    })

    it('are not given up for a tick that has come and is still to start, since that one starts in time', () => {
      const jitterMs = 50_000
      const next = NOON + MINUTE
      const nextStartAt = next + jitterOf('job', next, jitterMs)
      const between = { after: NOON - 1, spec: { jitterMs } } as const
      expect(nextStartAt - next).toBeGreaterThan(1000)
      expect(decide({ ...between, now: nextStartAt - 1 })).toMatchObject({ act: 'claim', tick: NOON })
      expect(decide({ ...between, now: nextStartAt })).toMatchObject({ act: 'miss', from: NOON, to: NOON, count: 1 })
    })

    it('say why: the window is over, or the policy', () => {
      const window = { catchUpWindowMs: HOUR, catchUp: 'all' } as const
      const old = decide({ now: NOON + 2 * HOUR, spec: window })
      expect(old).toMatchObject({ act: 'miss', from: NOON, to: NOON + HOUR - MINUTE, count: 60 })
      expect(old).toMatchObject({ reason: 'nobody could run it for longer than the catch-up window of 3600000 ms' })
      expect(decide({ now: NOON + 10 * MINUTE })).toMatchObject({
        to: NOON + 9 * MINUTE,
        reason: "nobody could run it in time, and catchUp is 'latest'",
      })
      expect(decide({ now: NOON + MINUTE, spec: { catchUpWindowMs: MINUTE } })).toMatchObject({
        to: NOON,
        reason: "nobody could run it in time, and catchUp is 'latest'",
      })
    })

    it('run when they are exactly as old as the window', () => {
      const hour = { catchUpWindowMs: HOUR, catchUp: 'all' } as const
      expect(decide({ now: NOON + HOUR, spec: hour })).toMatchObject({ act: 'claim', tick: NOON })
      expect(decide({ now: NOON + HOUR + 1, spec: hour })).toMatchObject({ act: 'miss', from: NOON, count: 1 })
    })

    it('of a schedule that is over by now are all missed, also the last', () => {
      const minutes = parseSchedule('* * * * *')
      const next = (after: number): number | null => (after < NOON ? NOON : null)
      const schedule = { ...minutes, next, previous: (before: number) => minutes.previous(before) }
      const missed = decide({ schedule, now: NOON + HOUR, spec: { catchUp: 'none' } })
      expect(missed).toMatchObject({ act: 'miss', from: NOON, to: NOON, count: 1 })
    })
  })
})

describe('a time in which nobody was meant to run anything', () => {
  const now = NOON + HOUR
  const rest = { from: NOON, to: now }
  const none = { catchUp: 'none' } as const

  it('is passed over, up to the ticks that are not late', () => {
    const decision = decide({ after: NOON, now, rest, spec: none })
    expect(decision).toEqual({ act: 'rest', from: NOON + MINUTE, to: now - MINUTE, since: NOON })
    expect(decide({ after: now - MINUTE, now, rest, spec: none })).toMatchObject({ act: 'claim', tick: now })
  })

  it('leaves the ticks that catchUp wants', () => {
    expect(decide({ after: NOON, now, rest })).toMatchObject({ act: 'rest', to: now - MINUTE })
    expect(decide({ after: NOON, now, rest, spec: { catchUp: 'all' } })).toMatchObject({
      act: 'claim',
      tick: NOON + MINUTE,
    })
    const window = { catchUp: 'all', catchUpWindowMs: HOUR / 2 } as const
    expect(decide({ after: NOON, now, rest, spec: window })).toMatchObject({
      act: 'rest',
      to: NOON + HOUR / 2 - MINUTE,
    })
  })

  it('does not excuse what was missed before or after', () => {
    const before = decide({ after: NOON - 10 * MINUTE, now, rest, spec: none })
    expect(before).toMatchObject({ act: 'miss', from: NOON - 9 * MINUTE, to: NOON, count: 10 })
    const after = decide({ after: now, now: now + HOUR, rest, spec: none })
    expect(after).toMatchObject({ act: 'miss', from: now + MINUTE })
    const last = { ...rest, to: now - 10 * MINUTE }
    expect(decide({ after: NOON, now, rest: last, spec: none })).toMatchObject({ act: 'rest', to: last.to })
    expect(decide({ after: last.to, now, rest: last, spec: none })).toMatchObject({ act: 'miss' })
  })

  it('excuses no tick of a job with instants alone: some instance was meant to run them', () => {
    const [first, second] = [onceSchedule(NOON + 1), onceSchedule(NOON + 2)]
    const inRest = { after: NOON, now, rest, spec: none }
    expect(decide({ ...inRest, schedule: first })).toMatchObject({ act: 'miss', to: NOON + 1, count: 1 })
    const both = composeSchedule([first, second])
    expect(decide({ ...inRest, schedule: both })).toMatchObject({ act: 'miss', to: NOON + 2, count: 2 })
    const mixed = composeSchedule([first, parseSchedule('* * * * *')])
    expect(decide({ ...inRest, schedule: mixed })).toMatchObject({ act: 'rest', from: NOON + 1 })
  })

  it('has no beginning before the first leader of all', () => {
    const first = { from: null, to: now }
    expect(decide({ after: NOON - HOUR, now, rest: first, spec: none })).toMatchObject({ act: 'rest', since: null })
  })
})

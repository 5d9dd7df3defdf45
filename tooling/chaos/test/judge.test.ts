import { describe, expect, it } from 'vitest'
import type { Life } from '../src/life.ts'
import type { Evidence } from '../src/judge/evidence.ts'
import { judge } from '../src/judge/judge.ts'
import { BEGIN, LENGTH_MS, LIFE, recordOf, soundEvidence, startOf } from './sound-evidence.ts'

const TICK = BEGIN + 6000
const JOB = 'each-second'

/** Sound evidence but for one thing. */
function problemsWith(change: (evidence: Evidence) => Partial<Evidence>): readonly string[] {
  const evidence = soundEvidence()
  return judge({ ...evidence, ...change(evidence) }).problems
}

const withRuns = ({ bucket }: Evidence, runs: Evidence['bucket']['runs']): Partial<Evidence> => ({
  bucket: { ...bucket, runs },
})
const isOf = (tick: number) => (run: { readonly job: string; readonly scheduledTime: number }) =>
  run.job === JOB && run.scheduledTime === tick

describe('the judge', () => {
  it('finds nothing in a sound run', () => {
    const { problems, ticks } = judge(soundEvidence())
    expect(problems).toEqual([])
    expect(ticks.find(({ job }) => job === JOB)?.tally).toMatchObject({ expected: 12, ran: 12, lost: 0 })
  })

  it('finds a tick that two runs started', () => {
    const again = { ...startOf(JOB, TICK, 99), runId: 'second', life: 'p2.1', at: TICK + 7 }
    const problems = problemsWith(({ entries }) => ({ entries: [...entries, again] }))
    expect(problems).toContainEqual(expect.stringMatching(/^once: each-second .* is not the first run of its tick/))
  })

  it('lets a job that asks for it run again, and only in the place of a lost run', () => {
    const [job, runId] = ['again-when-lost', 'second']
    const more = (evidence: Evidence): Partial<Evidence> => ({
      entries: [...evidence.entries, { ...startOf(job, BEGIN + LENGTH_MS, 99), runId, at: BEGIN + LENGTH_MS + 100 }],
      ...withRuns(evidence, [...evidence.bucket.runs, recordOf(job, BEGIN + LENGTH_MS, { runId })]),
    })
    expect(problemsWith(more)).toContainEqual(expect.stringMatching(/^once: again-when-lost/))
    const excused = problemsWith((evidence) => {
      const changed = more(evidence)
      const lost = new Set([`${job}-${BEGIN + LENGTH_MS}`])
      return { ...changed, bucket: { ...(changed.bucket ?? evidence.bucket), lost } }
    })
    expect(excused).toEqual([])
  })

  it('lets it run again in a later epoch, since a run that ends just then takes back that it was lost', () => {
    const [job, runId, tick] = ['again-when-lost', 'second', BEGIN + LENGTH_MS]
    const problems = problemsWith((evidence) => ({
      entries: [...evidence.entries, { ...startOf(job, tick, 99), runId, epoch: 2, at: tick + 100 }],
      ...withRuns(evidence, [...evidence.bucket.runs, recordOf(job, tick, { runId })]),
    }))
    expect(problems).toEqual([])
  })

  it('finds an attempt that was started twice', () => {
    const again = { ...startOf(JOB, TICK, 6), life: 'p2.1', at: TICK + 700 }
    const problems = problemsWith(({ entries }) => ({ entries: [...entries, again] }))
    expect(problems).toContainEqual(expect.stringMatching(/^once: .* had been started before, by p1\.1/))
  })

  it('finds fences that go back, or belong to two runs', () => {
    const withFence = (fence: number): readonly string[] =>
      problemsWith(({ entries }) => ({
        entries: entries.map((entry) =>
          entry.kind === 'start' && entry.job === JOB && entry.tick === TICK ? { ...entry, fence } : entry,
        ),
      }))
    expect(withFence(1)).toContainEqual(expect.stringMatching(/^fence: .* has the fence of run each-second-/))
    expect(withFence(0)).toContainEqual(expect.stringMatching(/^fence: .* has fence 0, after fence 5/))
  })

  it('finds a run by hand that starts before a tick that was claimed before', () => {
    const byHand = { ...startOf(JOB, TICK, 99), tick: TICK - 37, runId: 'by-hand', at: TICK - 37 }
    const problems = problemsWith(({ entries }) => ({ entries: [...entries, byHand].toSorted((a, b) => a.at - b.at) }))
    expect(problems.filter((problem) => problem.startsWith('fence:'))).toHaveLength(1)
  })

  it('finds two leaders of one epoch, and a process that ended by itself', () => {
    const second = { kind: 'leads', life: 'p2.1', epoch: 1, at: BEGIN + 50 } as const
    expect(problemsWith(({ entries }) => ({ entries: [...entries, second] }))).toEqual([
      'epoch: p2.1 leads in epoch 1, after p1.1 in epoch 1',
    ])
    const crashed = problemsWith(({ lives }) => ({ lives: lives.map((life): Life => ({ ...life, end: 'crash' })) }))
    expect(crashed).toEqual([`process: ${LIFE} ended by itself`])
  })

  it('finds runs that overlap, but for those of a process that stood still', () => {
    const overlapping = (pauses: Life['pauses']): readonly string[] =>
      problemsWith(({ entries, lives }) => ({
        entries: entries.map((entry) =>
          entry.kind === 'end' && entry.runId === `${JOB}-${TICK}` ? { ...entry, at: TICK + 1500 } : entry,
        ),
        lives: lives.map((life) => ({ ...life, pauses })),
      }))
    expect(overlapping([])).toEqual([expect.stringMatching(/^overlap: each-second .* was started while each-second/)])
    expect(overlapping([{ from: TICK + 100, to: TICK + 200 }])).toEqual([])
    expect(overlapping([{ from: TICK - 200, to: TICK - 100 }])).toHaveLength(1)
  })

  it('finds a tick without a trace, and a start that the history does not know', () => {
    const problems = problemsWith((evidence) =>
      withRuns(
        evidence,
        evidence.bucket.runs.filter((run) => !isOf(TICK)(run)),
      ),
    )
    expect(problems).toEqual([
      expect.stringMatching(/^accounting: .* left no trace/),
      expect.stringMatching(/^accounting: .* was started by run .*, and the history does not say so/),
      'audit: each-second has 12 ticks ran, and 11 by the journal',
    ])
  })

  it('finds a run in the history that was never started', () => {
    const problems = problemsWith(({ entries }) => ({
      entries: entries.filter((entry) => entry.kind === 'leads' || entry.runId !== `${JOB}-${TICK}`),
    }))
    expect(problems).toEqual([expect.stringMatching(/is success by run .*, which was never started/)])
  })

  it('finds a tick that both ran and was missed', () => {
    const problems = problemsWith((evidence) =>
      withRuns(evidence, [
        ...evidence.bucket.runs,
        recordOf(JOB, TICK, { runId: 'm', status: 'missed', attempts: [], from: TICK - 1000, to: TICK, count: 2 }),
      ]),
    )
    expect(problems).toHaveLength(2)
    expect(problems[0]).toMatch(/is ran and missed/)
  })

  it('lets the last run be handed over to nobody, and none before it', () => {
    const withOpen = (tick: number, isReleased = true): readonly string[] =>
      problemsWith((evidence) => {
        const open = [{ tick, runId: `${JOB}-${tick}`, claimedAt: tick, isReleased }]
        const record = { since: BEGIN + 1, lastTick: BEGIN + LENGTH_MS, past: [], open }
        const runs = evidence.bucket.runs.filter((run) => !isOf(tick)(run))
        const audit = evidence.audit.map((row) => (row.job === JOB ? { ...row, ran: 11, open: 1 } : row))
        return { audit, bucket: { ...evidence.bucket, runs, jobs: new Map(evidence.bucket.jobs).set(JOB, record) } }
      })
    expect(withOpen(BEGIN + LENGTH_MS)).toEqual([])
    // The record names the run that has started, so nothing more is wrong than that the run has not ended.
    expect(withOpen(BEGIN + 1000)).toEqual([expect.stringMatching(/is still open, as run each-second-/)])
    expect(withOpen(BEGIN + LENGTH_MS, false)).toEqual([
      expect.stringMatching(/was left open by run .*, and not released/),
    ])
  })

  it('expects no tick of a rest of the whole fleet, and each tick before it', () => {
    const rest = (firstTick: number): readonly string[] =>
      problemsWith((evidence) => {
        const past = [{ from: BEGIN + 1, to: TICK }]
        const record = { since: TICK + 2000, lastTick: BEGIN + LENGTH_MS, past, open: [] }
        const isThere = (tick: number): boolean => tick >= firstTick && (tick <= TICK || tick > TICK + 2000)
        const runs = evidence.bucket.runs.filter((run) => run.job !== JOB || isThere(run.scheduledTime))
        const entries = evidence.entries.filter(
          (entry) => entry.kind === 'leads' || entry.job !== JOB || runs.some(({ runId }) => runId === entry.runId),
        )
        const audit = evidence.audit.map((row) => (row.job === JOB ? { ...row, expected: 10, ran: 10 } : row))
        return {
          audit,
          entries,
          bucket: { ...evidence.bucket, runs, jobs: new Map(evidence.bucket.jobs).set(JOB, record) },
        }
      })
    expect(rest(BEGIN)).toEqual([])
    expect(rest(BEGIN + 2000)).toContainEqual(expect.stringMatching(/left no trace in the bucket/))
  })

  it('has the ticks between the stop and the audit open', () => {
    const auditedLater = (open: number): readonly string[] =>
      problemsWith(({ audit }) => ({
        audit: audit.map((row) =>
          row.job === JOB ? { ...row, to: row.to + 2500, expected: row.expected + open, open } : row,
        ),
      }))
    expect(auditedLater(2)).toEqual([])
    expect(auditedLater(1)).toContain('audit: each-second has 1 ticks open, and 2 by the journal')
  })

  it('finds what is wrong with a job that was changed meanwhile', () => {
    const runId = `changed-${TICK}`
    const isIt = (run: { readonly runId: string }): boolean => run.runId === runId
    expect(
      problemsWith((evidence) =>
        withRuns(
          evidence,
          evidence.bucket.runs.filter((run) => !isIt(run)),
        ),
      ),
    ).toEqual([`accounting: changed was started by run ${runId}, and the history does not say so`])
    expect(
      problemsWith(({ entries }) => ({ entries: entries.filter((entry) => entry.kind === 'leads' || !isIt(entry)) })),
    ).toEqual([`accounting: run ${runId} of changed is in the history and was never started`])
    const audited = problemsWith(({ audit }) => ({
      audit: audit.map((row) => (row.job === 'changed' ? { ...row, unaccounted: 2, doubled: 1 } : row)),
    }))
    expect(audited).toEqual(['audit: changed has 2 ticks unaccounted', 'audit: changed has 1 ticks doubled'])
  })

  it('finds a job that was not settled up to the end, and what the audit itself calls broken', () => {
    const late = problemsWith(({ stoppedAt }) => ({ stoppedAt: stoppedAt + 10_000 }))
    expect(late).toContainEqual(expect.stringMatching(/^end: each-second was settled from/))
    const broken = problemsWith(({ audit }) => ({
      audit: audit.map((row) => (row.job === JOB ? { ...row, doubled: 1 } : row)),
    }))
    expect(broken).toEqual(['audit: each-second has 1 ticks doubled'])
    expect(problemsWith(() => ({ audit: [] }))).toContain('audit: it does not know each-second')
  })
})

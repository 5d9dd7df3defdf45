import { expect, it } from 'vitest'
import type { Life } from '../src/life.ts'
import { checkLost } from '../src/judge/check-lost.ts'
import type { Evidence } from '../src/judge/evidence.ts'
import type { FaultKind } from '../src/plan.ts'
import { BEGIN, LIFE, recordOf, soundEvidence } from './sound-evidence.ts'

const JOB = 'each-second'
const TICK = BEGIN + 1000
/** The action of the tick ended, by the journal. */
const ENDED = TICK + 10
const REASON = [expect.stringMatching(/^lost: run each-second-\d+ of each-second is lost, and p1\.1 had \d+ ms/)]

/** The tick's run is called lost, and its process was killed some time after the end of the action. */
function problemsOf(life: Partial<Life>, more: (evidence: Evidence) => Partial<Evidence> = () => ({})): string[] {
  const evidence = soundEvidence()
  const { bucket, lives } = evidence
  const runs = bucket.runs.map((run) =>
    run.runId === `${JOB}-${TICK}` ? recordOf(JOB, TICK, { status: 'lost' }) : run,
  )
  const killed = lives.map((each): Life => ({ ...each, end: 'kill', ...life }))
  return checkLost({ ...evidence, lives: killed, bucket: { ...bucket, runs }, ...more(evidence) })
}

const blow = (kind: FaultKind, at: number, forMs: number): Evidence['blows'][number] => ({
  fault: { atMs: at - BEGIN, kind, target: 0, forMs },
  at,
  life: kind === 'server-kill' ? undefined : LIFE,
  hitLeader: true,
})

it('lets a run be lost whose process was killed while the end could wait for other writes', () => {
  expect(problemsOf({ to: ENDED + 2000 })).toEqual([])
})

it('finds a lost run whose process lived on after that', () => {
  expect(problemsOf({ to: ENDED + 3001 })).toEqual(REASON)
  expect(problemsOf({ to: undefined })).toEqual(REASON)
})

it('gives a process more time whose later ends were not written either: the machine had too much to do', () => {
  const silent = ({ bucket }: Evidence): Partial<Evidence> => {
    const runs = bucket.runs.filter(({ scheduledTime }) => scheduledTime < TICK)
    return { bucket: { ...bucket, runs: [...runs, recordOf(JOB, TICK, { status: 'lost' })] } }
  }
  expect(problemsOf({ to: ENDED + 17_000 }, silent)).toEqual([])
  expect(problemsOf({ to: ENDED + 17_001 }, silent)).toEqual(REASON)
})

it('finds a lost run of a process that was stopped, and not killed', () => {
  expect(problemsOf({ to: ENDED + 500, end: 'stop' })).toEqual([])
  expect(problemsOf({ to: ENDED + 1500, end: 'stop' })).toEqual(REASON)
})

it('does not count the time in which the process stood still, or did not reach the store', () => {
  const to = ENDED + 11_000
  const pauses = [{ from: ENDED + 100, to: ENDED + 4000 }]
  expect(problemsOf({ to, pauses })).toEqual([])
  expect(problemsOf({ to }, () => ({ blows: [blow('black-hole', ENDED + 100, 4000)] }))).toEqual([])
  expect(problemsOf({ to }, () => ({ blows: [blow('server-kill', ENDED + 100, 4000)] }))).toEqual([])
  expect(problemsOf({ to }, () => ({ blows: [blow('run-by-hand', ENDED + 100, 4000)] }))).toEqual(REASON)
  expect(problemsOf({ to: to + 5000, pauses })).toEqual(REASON)
})

it('lets a run be lost between two attempts, or during a later one', () => {
  const threw = ({ entries }: Evidence): Partial<Evidence> => ({
    entries: entries.map((entry) => (entry.kind === 'end' ? { ...entry, hasThrown: true } : entry)),
  })
  expect(problemsOf({ to: undefined }, threw)).toEqual([])
})

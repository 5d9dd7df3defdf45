import { expect, it } from 'vitest'
import type { Blow } from '../src/fleet.ts'
import { figuresOf } from '../src/judge/figures.ts'
import { judge } from '../src/judge/judge.ts'
import type { FaultKind } from '../src/plan.ts'
import { reportOf } from '../src/report.ts'
import { BEGIN, LIFE, soundEvidence } from './sound-evidence.ts'

const TTL_MS = 3000
const blow = (kind: FaultKind, atMs: number, forMs: number, hitLeader = true): Blow => ({
  fault: { atMs, kind, target: 'leader', forMs },
  at: BEGIN + atMs,
  life: LIFE,
  hitLeader,
})

it('measures from the blow that took the leader away to the next promotion', () => {
  const evidence = soundEvidence()
  const promotions = [2500, 7000].map((at, index) => {
    return { kind: 'leads', life: `p${index + 2}.1`, epoch: index + 2, at: BEGIN + at } as const
  })
  const blows = [
    blow('kill', 500, 1000),
    blow('kill', 600, 1000, false),
    blow('pause', 5000, 500),
    blow('kill', 6000, 1000),
  ]
  const figures = figuresOf({ ...evidence, entries: [...evidence.entries, ...promotions], blows }, TTL_MS)
  expect(figures.takeovers.find(({ after }) => after === 'kill')).toEqual({
    after: 'kill',
    count: 2,
    medianMs: 2000,
    maxMs: 2000,
  })
  expect(figures.takeovers.find(({ after }) => after === 'pause')).toMatchObject({ count: 0 })
  expect(figures).toMatchObject({ faults: { kill: 3, pause: 1 }, epochs: 3, processes: 1, lagMs: { median: 5 } })
})

it('says in the end that nothing is broken, or what is', () => {
  const evidence = soundEvidence()
  const figures = figuresOf(evidence, TTL_MS)
  expect(reportOf(figures, judge(evidence))).toMatch(/\| each-second +\| +12 \|(.|\n)*Nothing is broken\.$/)
  const broken = reportOf(figures, { ticks: [], problems: Array.from({ length: 31 }, (_, i) => `once: ${i}`) })
  expect(broken).toMatch(/31 times something is BROKEN:\nonce: 0\n(.|\n)*… and 1 more$/)
})

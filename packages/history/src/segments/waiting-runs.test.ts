import fc from 'fast-check'
import { expect, it } from 'vitest'
import { aRun, START } from '../../test/records.ts'
import { compareRuns } from './best-runs.ts'
import { WaitingRuns } from './waiting-runs.ts'

it('gives all runs of one time together, the newest time first, however they came', () => {
  const chunk = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 8 })
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 12 }), fc.integer({ min: 0, max: 3 }), (chunks, takenBetween) => {
      const waiting = new WaitingRuns({ jobs: ['report'], since: START + 2 })
      let expected = chunks.flatMap((times, n) =>
        times.map((time, m) => ({ time: START + time, runId: `run-${n}-${m}` })),
      )
      expected = expected.filter(({ time }) => time >= START + 2 && time < START + 11)
      const seen: { readonly time: number; readonly runId: string }[] = []
      const take = (): boolean => {
        const time = waiting.newest
        if (time === undefined) return false
        const taken = waiting.take(time).toSorted(compareRuns)
        seen.push(...taken.map(({ runId, scheduledTime }) => ({ time: scheduledTime, runId })))
        return true
      }
      for (const [n, times] of chunks.entries()) {
        const runs = times.map((time, m) => aRun({ runId: `run-${n}-${m}`, scheduledTime: START + time }))
        waiting.add([...runs, aRun({ job: 'other', scheduledTime: START + 5 })], START + 11)
        if (n % 4 === 3) for (let turn = 0; turn < takenBetween; turn += 1) take()
      }
      const before = seen.length
      while (take());
      const rest = seen.slice(before).map(({ time }) => time)
      expect(rest).toEqual(rest.toSorted((a, b) => b - a))
      const name = ({ runId }: { readonly runId: string }): string => runId
      expect(seen.map(name).toSorted()).toEqual(expected.map(name).toSorted())
    }),
  )
})

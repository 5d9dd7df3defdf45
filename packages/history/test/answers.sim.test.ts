/** Random outcomes go to pages, segments and an archive, and every query answers as a plain list of runs would. */
import { casesOf } from '@s3sched-tooling/vitest/share-of'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { RUN_STATUSES, type RunFilter, type RunHistory, type RunRecord } from '../src/index.ts'
import { entryOf } from '../src/timeline-entry.ts'
import { answersOf } from './history-model.ts'
import { aRun, collect, DAY, START } from './records.ts'
import { createSegmentRig } from './segment-rig.ts'

const JOBS = ['a', 'a-b', 'a.b', 'b', 'b2', 'c']
const RUNS = casesOf(200)

/** Few times, on three days, so that many runs share a time; and what happens to the pages behind the run. */
const step = fc.record({
  job: fc.constantFrom(...JOBS),
  scheduledTime: fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 5 })).map(timeOf),
  status: fc.constantFrom(...RUN_STATUSES),
  wasLost: fc.boolean(),
  isLarge: fc.boolean(),
  afterwards: fc.array(
    fc.constantFrom('flush', 'crash', 'split p', 'split p0', 'archive', 'archive crash', 'nothing'),
    { maxLength: 2 },
  ),
})

function timeOf([day, second]: readonly [number, number]): number {
  return START + day * DAY + second * 1000
}

const filter: fc.Arbitrary<RunFilter> = fc
  .record(
    {
      job: fc.oneof(fc.constantFrom(...JOBS), fc.subarray(JOBS, { minLength: 1 })),
      status: fc.oneof(fc.constantFrom(...RUN_STATUSES), fc.subarray([...RUN_STATUSES], { minLength: 1 })),
      from: fc.integer({ min: 0, max: 17 }),
      length: fc.integer({ min: 0, max: 18 }),
    },
    { requiredKeys: [] },
  )
  .map(({ from = 0, length, ...rest }) => ({
    ...rest,
    ...(from === 0 ? {} : { since: timeOf([Math.floor(from / 6), from % 6]) }),
    ...(length === undefined ? {} : { until: timeOf([Math.floor((from + length) / 6), (from + length) % 6]) }),
  }))

async function listAll(history: RunHistory, query: RunFilter, limit: number): Promise<RunRecord[]> {
  const found: RunRecord[] = []
  let cursor: string | undefined
  do {
    const page = await history.list({ ...query, limit, ...(cursor === undefined ? {} : { cursor }) })
    expect(page.runs.length).toBeLessThanOrEqual(limit)
    found.push(...page.runs)
    cursor = page.cursor
  } while (cursor !== undefined)
  return found
}

/** A filter by status may pass over the verdict of a run that was lost. */
function comparable(runs: readonly RunRecord[], { status }: RunFilter): RunRecord[] {
  return status === undefined ? [...runs] : runs.map(({ wasLost: _told, ...run }) => run)
}

async function exported(history: RunHistory, query: RunFilter): Promise<RunRecord[]> {
  return (await collect(history.exportRuns(query))).map((line) => JSON.parse(line) as RunRecord)
}

it('the answers are those of a plain list, whatever moved or crashed meanwhile', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      filter,
      fc.integer({ min: 1, max: 12 }),
      async (steps, query, limit) => {
        const { archive, flush, reader, record, split } = createSegmentRig({ cacheBytes: 4000 })
        const recorded: RunRecord[] = []
        for (const [n, { job, scheduledTime, status, wasLost, isLarge, afterwards }] of steps.entries()) {
          const run = aRun({
            job,
            scheduledTime,
            status,
            runId: `run-${(n * 7) % 40}`,
            durationMs: n,
            ...(status === 'missed' ? { from: scheduledTime - 1000 * n, to: scheduledTime, count: n + 1 } : {}),
            ...(isLarge
              ? { result: 'x'.repeat(3000), error: { name: 'E', message: `no ${n}`, stack: 's'.repeat(3000) } }
              : {}),
          })
          const verdict = aRun({ ...run, status: 'lost', durationMs: 0, attempts: [] })
          for (const each of wasLost && status !== 'lost' ? [verdict, run] : [run]) {
            recorded.push(each)
            await record(each)
            for (const what of afterwards) {
              if (what === 'flush' || what === 'crash') await flush({ crash: what === 'crash' })
              if (what.startsWith('split')) split(what.slice(6))
              if (what.startsWith('archive')) await archive(what === 'archive crash')
            }
          }
        }
        const model = answersOf(recorded)

        const listed = await listAll(reader, query, limit)
        expect(comparable(listed, query)).toEqual(comparable(model.list(query), query))
        expect(await reader.timeline(query)).toEqual(listed.map(entryOf))
        expect(await exported(reader, query)).toEqual(listed)
        expect(await reader.failures(query)).toEqual(model.failures(query))

        for (const run of model.list({}).slice(0, 5)) {
          const { job, runId, scheduledTime } = run
          expect(await reader.get(job, runId, scheduledTime)).toEqual(run)
          expect(await reader.get(job, runId)).toEqual(run)
          const ofTick = { job, since: scheduledTime, until: scheduledTime + 1 }
          expect(await reader.timeline(ofTick)).toEqual(model.list(ofTick).map(entryOf))
        }
        for (const job of JOBS) {
          const period = { since: query.since ?? 0, until: query.until ?? START + 10 * DAY }
          expect(await reader.statistics(job, period)).toEqual(model.statistics(job, period))
        }
      },
    ),
    { numRuns: RUNS },
  )
})

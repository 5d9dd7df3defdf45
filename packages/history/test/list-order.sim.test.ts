import fc from 'fast-check'
import { expect, it } from 'vitest'
import { RUN_STATUSES, type History, type RunFilter, type RunRecord } from '../src/index.ts'
import { aRun, createRig, START } from './records.ts'

const JOBS = ['a', 'a-b', 'a.b', 'b']
const RUNS = Number(process.env['S3SCHED_SIM_RUNS'] ?? 300)

/** Few times, so that many runs share a time; some runs were declared lost before their end. */
const run = fc.record({
  job: fc.constantFrom(...JOBS),
  scheduledTime: fc.integer({ min: 0, max: 8 }).map((n) => START + n * 1000),
  status: fc.constantFrom(...RUN_STATUSES),
  wasLost: fc.boolean(),
})

const filter: fc.Arbitrary<RunFilter> = fc
  .record(
    {
      job: fc.oneof(fc.constantFrom(...JOBS), fc.subarray(JOBS, { minLength: 1 })),
      status: fc.oneof(fc.constantFrom(...RUN_STATUSES), fc.subarray([...RUN_STATUSES], { minLength: 1 })),
      from: fc.integer({ min: 0, max: 9 }),
      length: fc.integer({ min: 0, max: 9 }),
    },
    { requiredKeys: [] },
  )
  .map(({ from, length, ...rest }) => ({
    ...rest,
    ...(from === undefined ? {} : { since: START + from * 1000 }),
    ...(length === undefined ? {} : { until: START + ((from ?? 0) + length) * 1000 }),
  }))

function matches({ job, status, since, until }: RunFilter, candidate: RunRecord): boolean {
  const inList = (list: string | readonly string[] | undefined, item: string): boolean =>
    list === undefined || (typeof list === 'string' ? list === item : list.includes(item))
  return (
    inList(job, candidate.job) &&
    inList(status, candidate.status) &&
    (since === undefined || candidate.scheduledTime >= (since as number)) &&
    (until === undefined || candidate.scheduledTime < (until as number))
  )
}

async function listAll(history: History, query: RunFilter, limit: number): Promise<RunRecord[]> {
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

it('list, timeline and export give what a plain array would, newest first, whatever the query and the page', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(run, { maxLength: 40 }),
      filter,
      fc.integer({ min: 1, max: 12 }),
      async (made, query, limit) => {
        const { history } = createRig()
        const runs = made.map(({ job, scheduledTime, status }, n) =>
          aRun({ job, scheduledTime, status, runId: `run-${n}` }),
        )
        for (const [n, each] of runs.entries()) {
          if (made[n]?.wasLost === true) await history.record({ ...each, status: 'lost', durationMs: 0, attempts: [] })
          await history.record(each)
        }
        const expected = runs.filter((each) => matches(query, each))
        const ids = (list: readonly { runId: string }[]): string[] => list.map(({ runId }) => runId)

        const listed = await listAll(history, query, limit)
        expect(ids(listed).toSorted()).toEqual(ids(expected).toSorted())
        const times = listed.map(({ scheduledTime }) => scheduledTime)
        expect(times).toEqual(times.toSorted((a, b) => b - a))
        expect(listed.every((each) => matches(query, each))).toBe(true)
        expect(ids(await history.timeline(query))).toEqual(ids(listed))

        const exported: RunRecord[] = []
        for await (const line of history.exportRuns(query)) exported.push(JSON.parse(line) as RunRecord)
        expect(exported).toEqual(listed)
      },
    ),
    { numRuns: RUNS },
  )
})

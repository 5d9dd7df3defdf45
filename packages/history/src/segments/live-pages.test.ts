import { createCountingStore, createMemoryStore } from '@s3sched/store/testing'
import { describe, expect, it } from 'vitest'
import { aRun, collect, MINUTE, START } from '../../test/records.ts'
import { createHistory, type HistoryProblem, type RunRecord } from '../index.ts'
import { pageOutcome } from './index.ts'

describe('the pages', () => {
  it('are brought up to date once for each query, before they are asked, for the jobs of the query', async () => {
    const { requests, store } = createCountingStore(createMemoryStore())
    const calls: string[] = []
    const bucket: RunRecord[] = []
    let known: readonly RunRecord[] = []
    const history = createHistory({
      store,
      pages: {
        refresh: async (jobs) => {
          calls.push(jobs?.join() ?? 'all')
          known = [...bucket]
        },
        pages: () => [{ page: 'p', outcomes: known.map(pageOutcome) }],
        pagesOf: () => ['p'],
      },
    })
    bucket.push(...[0, 1, 2].map((n) => aRun({ runId: `run-${n}`, scheduledTime: START + n * MINUTE })))
    expect(await history.list({ job: ['b', 'report'], limit: 2 })).toMatchObject({ runs: [{}, {}] })
    expect(await history.timeline()).toHaveLength(3)
    expect(await history.get('report', 'run-0', START)).toBeDefined()
    expect((await history.statistics('report')).total).toBe(3)
    expect(await collect(history.exportRuns())).toHaveLength(3)
    expect(calls).toEqual(['b,report', 'all', 'report', 'report', 'all'])
    expect(requests).toMatchObject({ list: 5, get: 0 })
  })

  it("that can't be read are named by each query, and those of other jobs are not", async () => {
    const damaged = { key: 'jobs/pages/1.json', problem: 'it is not UTF-8' }
    const problems = (jobs?: readonly string[]) => (jobs?.includes('sound') === true ? [] : [damaged])
    const history = createHistory({ store: createMemoryStore(), pages: { pages: () => [], problems } })
    const told: HistoryProblem[] = []
    const onProblem = (problem: HistoryProblem): void => void told.push(problem)
    expect(await history.list()).toMatchObject({ runs: [], problems: [damaged] })
    expect(await history.list({ job: 'sound' })).not.toHaveProperty('problems')
    await history.timeline({ onProblem })
    await collect(history.exportRuns({ onProblem }))
    expect(told).toEqual([damaged, damaged])
  })

  it("that can't be brought up to date end the query", async () => {
    const refresh = () => Promise.reject(new Error('no network'))
    const history = createHistory({ store: createMemoryStore(), pages: { refresh, pages: () => [] } })
    await expect(history.list()).rejects.toThrow('no network')
    await expect(collect(history.exportRuns())).rejects.toThrow('no network')
  })
})

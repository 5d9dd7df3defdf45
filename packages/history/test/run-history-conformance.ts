import { describe, expect, it } from 'vitest'
import type { ManualClock } from '@s3sched/kernel/testing'
import type { ListQuery, RunHistory, RunRecord, RunStatus } from '../src/index.ts'
import { aRun, collect, DAY, MINUTE, START } from './records.ts'

/** An empty history, and a way for runs to get there. */
export interface ConformanceRig {
  readonly clock: ManualClock
  readonly history: RunHistory
  /** Writes outcomes in this order. */
  readonly recordAll: (runs: readonly RunRecord[]) => Promise<void>
}

const lost = (fields: Partial<RunRecord> = {}): RunRecord =>
  aRun({ status: 'lost', durationMs: 0, attempts: [], reason: 'its leader is gone', ...fields })
const failed = (fields: Partial<RunRecord> = {}): RunRecord =>
  aRun({ status: 'failed', error: { name: 'Error', message: 'disk full' }, ...fields })
const names = (runs: readonly { readonly runId: string; readonly status: RunStatus }[]): string[] =>
  runs.map(({ runId, status }) => `${runId} ${status}`)

async function pagesOf(history: RunHistory, query: ListQuery): Promise<string[][]> {
  const pages: string[][] = []
  let cursor: string | undefined
  do {
    const page = await history.list({ ...query, ...(cursor === undefined ? {} : { cursor }) })
    pages.push(names(page.runs))
    cursor = page.cursor
  } while (cursor !== undefined)
  return pages
}

/** The promises of {@link RunHistory}. Each implementation runs them, for each place where its runs may lie. */
export function describeRunHistory(place: string, create: () => ConformanceRig): void {
  describe(`a history ${place}`, () => {
    it('gives the newest tick first, and runs of one tick by job and run id', async () => {
      const { history, recordAll } = create()
      await recordAll([
        aRun({ runId: 'b' }),
        aRun({ runId: 'a', status: 'timeout' }),
        aRun({ runId: 'c', job: 'a.b' }),
        aRun({ runId: 'd', job: 'a-b', status: 'failed' }),
        aRun({ runId: 'old', scheduledTime: START - MINUTE }),
        aRun({ runId: 'new', scheduledTime: START + MINUTE }),
      ])
      const order = ['new success', 'd failed', 'c success', 'a timeout', 'b success', 'old success']
      expect(names((await history.list()).runs)).toEqual(order)
      expect(names(await history.timeline())).toEqual(order)
      expect(names(await history.failures())).toEqual(['d failed', 'a timeout'])
      expect(await history.timeline({ job: 'a-b' })).toEqual([
        { job: 'a-b', runId: 'd', scheduledTime: START, status: 'failed', durationMs: 40, attempts: 1 },
      ])
    })

    it('gives whole records back, large parts included', async () => {
      const { history, recordAll } = create()
      const run = failed({ result: { rows: ['x'.repeat(5000)] }, log: [{ at: START, attempt: 1, message: 'hello' }] })
      await recordAll([run])
      expect(await history.list()).toEqual({ runs: [run] })
      expect(await history.get('report', 'run-1')).toEqual(run)
      expect(await history.get('report', 'run-1', START)).toEqual(run)
      expect(names((await history.list({ details: false })).runs)).toEqual(['run-1 failed'])
      expect((await collect(history.exportRuns())).map((line) => JSON.parse(line) as unknown)).toEqual([run])
      const [header, line] = await collect(history.exportRuns({ format: 'csv' }))
      expect(header).toMatch(/^runId,job,status,/)
      expect(line).toMatch(/^run-1,report,failed,.*disk full/)
    })

    it('finds the runs of a tick, and knows which run has no record', async () => {
      const { history, recordAll } = create()
      await recordAll([aRun(), aRun({ runId: 'run-2' }), aRun({ runId: 'run-3', scheduledTime: START + 1 })])
      const ofTick = await history.timeline({ job: 'report', since: START, until: START + 1 })
      expect(names(ofTick)).toEqual(['run-1 success', 'run-2 success'])
      expect(await history.get('report', 'run-2', START)).toMatchObject({ runId: 'run-2', status: 'success' })
      expect(await history.get('report', 'run-3', START)).toBeUndefined()
      expect(await history.get('report', 'run-3', START + 1)).toBeDefined()
      expect(await history.get('other', 'run-3', START + 1)).toBeUndefined()
      expect(await history.get('report', 'nobody')).toBeUndefined()
    })

    it('pages through runs of one tick and of many, each once', async () => {
      const { history, recordAll } = create()
      const runs = Array.from({ length: 7 }, (_, n) =>
        aRun({
          runId: `run-${n}`,
          scheduledTime: START + Math.floor(n / 3),
          status: n % 2 === 0 ? 'success' : 'failed',
        }),
      )
      await recordAll(runs.toReversed())
      const all = names((await history.list()).runs)
      for (const limit of [1, 2, 3, 7, 100]) {
        const pages = await pagesOf(history, { limit })
        expect(pages.flat()).toEqual(all)
        expect(pages.every((page) => page.length <= limit)).toBe(true)
        expect((await pagesOf(history, { limit, status: 'failed' })).flat()).toEqual(
          all.filter((run) => run.endsWith('failed')),
        )
      }
      const { cursor = '' } = await history.list({ limit: 2 })
      await expect(history.list({ limit: 2, job: 'report', cursor })).rejects.toThrow(/belongs to another query/)
    })

    it('takes a period with its beginning and without its end', async () => {
      const { history, recordAll } = create()
      await recordAll([0, 1, 2, 3].map((day) => aRun({ runId: `day-${day}`, scheduledTime: START + day * DAY })))
      const period = { since: START + DAY, until: new Date(START + 3 * DAY) }
      for (const query of [period, { ...period, job: 'report' }, { ...period, job: ['other', 'report'] }])
        expect(names(await history.timeline(query))).toEqual(['day-2 success', 'day-1 success'])
      expect(await history.statistics('report', period)).toMatchObject({ total: 2 })
      expect(await history.timeline({ ...period, job: 'other' })).toEqual([])
      await expect(history.timeline({ since: START + 1, until: START })).rejects.toThrow(/until not to be before since/)
    })

    it.each<RunStatus>(['success', 'failed', 'timeout', 'cancelled'])(
      'shows a run that was lost and ended after all as it ended, and says so: %s',
      async (status) => {
        for (const verdictFirst of [true, false]) {
          const { history, recordAll } = create()
          const real = aRun({ status })
          await recordAll(verdictFirst ? [lost(), real] : [real, lost()])
          expect(await history.list()).toEqual({ runs: [{ ...real, wasLost: true }] })
          expect(await history.get('report', 'run-1')).toEqual({ ...real, wasLost: true })
          expect(await history.get('report', 'run-1', START)).toEqual({ ...real, wasLost: true })
          expect(await history.list({ status: 'lost' })).toEqual({ runs: [] })
          expect(await history.list({ job: 'report', status: ['lost', 'missed'] })).toEqual({ runs: [] })
          expect(names(await history.failures())).toEqual(status === 'success' ? [] : [`run-1 ${status}`])
          expect(await history.failures({ status: 'lost' })).toEqual([])
          expect((await history.statistics('report')).counts).toMatchObject({ lost: 0, [status]: 1 })
        }
      },
    )

    it('keeps a run lost that never ended', async () => {
      const { history, recordAll } = create()
      await recordAll([lost(), lost({ runId: 'run-2' }), aRun({ runId: 'run-2' })])
      expect(await history.list({ status: 'lost' })).toEqual({ runs: [lost()] })
      expect(names(await history.failures())).toEqual(['run-1 lost'])
    })

    it('counts each tick of a range of missed ticks', async () => {
      const { history, recordAll } = create()
      const missed = aRun({
        status: 'missed',
        attempts: [],
        durationMs: 0,
        from: START - 40 * MINUTE,
        to: START,
        count: 41,
      })
      await recordAll([missed, failed({ runId: 'run-2', scheduledTime: START + MINUTE })])
      expect((await history.list({ status: 'missed' })).runs).toEqual([missed])
      const statistics = await history.statistics('report')
      expect(statistics).toMatchObject({ total: 42, counts: { missed: 41, failed: 1 }, successRate: 0 })
      expect(statistics.lastError).toMatchObject({ runId: 'run-2', message: 'disk full' })
    })

    it('refuses a query that makes no sense', async () => {
      const { history } = create()
      await expect(history.list({ limit: 0 })).rejects.toThrow(/limit/)
      await expect(history.timeline({ job: 'a\nb' })).rejects.toThrow(/job/)
      await expect(history.failures({ status: 'no' as 'failed' })).rejects.toThrow(/status/)
      await expect(history.get('report', '!', START)).rejects.toThrow(/runId/)
      await expect(history.get('report', 'run-1', -1)).rejects.toThrow(/scheduledTime/)
      expect(() => history.exportRuns({ format: 'xml' as 'csv' })).toThrow(/format/)
      await expect(history.prune({}, { job: 'report' } as object)).rejects.toThrow(/unknown option 'job'/)
      await expect(history.prune({ maxRuns: 3 } as object)).rejects.toThrow(/unknown option 'maxRuns'/)
    })
  })
}

/** The promises of `prune`, where runs lie in places that it deletes. */
export function describePrune(place: string, create: () => ConformanceRig): void {
  describe(`prune of a history ${place}`, () => {
    it('deletes by age, keeps what failed three times as long, and counts the same before', async () => {
      const { clock, history, recordAll } = create()
      await recordAll([
        aRun({ runId: 'good' }),
        aRun({ runId: 'skipped', status: 'skipped' }),
        failed({ runId: 'bad', job: 'other' }),
      ])
      await clock.advance(31 * DAY)
      await recordAll([aRun({ runId: 'new', scheduledTime: clock.now() })])
      const planned = await history.prune(undefined, { dryRun: true })
      expect(planned).toMatchObject({ runs: 2, more: false })
      expect(await history.timeline()).toHaveLength(4)
      expect(await history.prune()).toEqual(planned)
      expect(names(await history.timeline())).toEqual(['new success', 'bad failed'])
      await clock.advance(60 * DAY)
      expect(await history.prune()).toMatchObject({ runs: 2 })
      expect(await history.timeline()).toEqual([])
      expect(await history.failures()).toEqual([])
    })

    it('takes another policy for one call', async () => {
      const { clock, history, recordAll } = create()
      await recordAll([aRun(), failed({ runId: 'bad' })])
      await clock.advance(3 * DAY)
      expect(await history.prune({ maxAgeMs: Infinity })).toMatchObject({ runs: 0 })
      expect(await history.prune({ maxAgeMs: DAY, failedMaxAgeMs: 2 * DAY })).toMatchObject({ runs: 2 })
    })

    it('never shows the verdict again on a run that ended after all', async () => {
      const { clock, history, recordAll } = create()
      await recordAll([lost(), aRun()])
      for (let day = 0; day < 100; day += 5) {
        await clock.advance(5 * DAY)
        await history.prune()
        expect(names(await history.failures())).toEqual([])
      }
      expect(await history.timeline()).toEqual([])
    })
  })
}

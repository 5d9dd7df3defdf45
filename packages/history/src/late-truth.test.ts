import { describe, expect, it } from 'vitest'
import { aRun, createRig, DAY, MINUTE, START } from '../test/records.ts'
import { createHistory, emptyStatistics, foldStatistics, supersedeLost, type RunStatus } from './index.ts'

const lost = (runId: string) =>
  aRun({ runId, status: 'lost', durationMs: 0, attempts: [], reason: 'its leader is gone' })

describe('a run that was declared lost and ended after all', () => {
  it.each<RunStatus>(['success', 'failed', 'timeout', 'cancelled'])('is shown as it ended: %s', async (status) => {
    const { history } = createRig()
    await history.record(lost('run-1'))
    const real = aRun({ status })
    await history.record(real)
    expect(await history.list()).toEqual({ runs: [{ ...real, wasLost: true }] })
    expect((await history.list({ job: 'report', status: 'lost' })).runs).toEqual([])
    expect((await history.list({ status: ['lost', 'missed'] })).runs).toEqual([])
    expect(await history.timeline({ job: 'report' })).toMatchObject([{ status }])
    expect(await history.get('report', 'run-1')).toEqual({ ...real, wasLost: true })
    expect(await history.find('report', START, 'run-1')).toMatchObject({ status })
    expect((await history.statistics('report')).counts).toMatchObject({ lost: 0, [status]: 1 })
  })

  it('is one failure, with the status of its end, although it has two marks', async () => {
    const { history, keys } = createRig()
    await history.record(lost('run-1'))
    await history.record(aRun({ status: 'failed' }))
    expect(await keys('failures/')).toHaveLength(2)
    expect(await history.failures()).toMatchObject([{ runId: 'run-1', status: 'failed' }])
    expect(await history.failures({ status: 'lost' })).toEqual([])
    expect((await history.list({ status: ['failed', 'lost'] })).runs).toMatchObject([{ status: 'failed' }])
  })

  it('is shown as it ended also when the verdict comes after the truth', async () => {
    const { history } = createRig()
    await history.record(aRun())
    await history.record(lost('run-1'))
    expect(await history.timeline()).toMatchObject([{ status: 'success' }])
  })

  it('is no failure any more once it succeeded, while another of the same tick stays lost', async () => {
    const { history } = createRig()
    for (const runId of ['run-1', 'run-2']) await history.record(lost(runId))
    await history.record(aRun())
    expect((await history.list({ status: 'lost' })).runs).toMatchObject([{ runId: 'run-2' }])
    expect(await history.timeline()).toMatchObject([
      { runId: 'run-1', status: 'success' },
      { runId: 'run-2', status: 'lost' },
    ])
  })

  it('does not come back as lost on the next page', async () => {
    const { history } = createRig()
    for (let n = 0; n < 6; n++) await history.record(lost(`run-${n}`))
    for (let n = 0; n < 6; n += 2) await history.record(aRun({ runId: `run-${n}`, status: 'failed' }))
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await history.list({ job: 'report', limit: 1, ...(cursor === undefined ? {} : { cursor }) })
      seen.push(...page.runs.map(({ runId, status }) => `${runId} ${status}`))
      cursor = page.cursor
    } while (cursor !== undefined)
    expect(seen).toEqual(['run-0 failed', 'run-1 lost', 'run-2 failed', 'run-3 lost', 'run-4 failed', 'run-5 lost'])
  })

  it('is not believed lost again when its real end is pruned before lost runs are', async () => {
    const { clock, history, keys } = createRig()
    await history.record(lost('run-1'))
    await history.record(aRun())
    await history.record(lost('run-2'))
    await clock.advance(40 * DAY)
    expect(await history.prune()).toEqual({ runs: 1, objects: 3, more: false })
    expect(await history.timeline()).toMatchObject([{ runId: 'run-2', status: 'lost' }])
    expect(await keys('failures/')).toEqual([expect.stringMatching(/run-2\.lost$/)])
  })

  it('never leaves the verdict without the truth, wherever a prune dies', async () => {
    for (let survived = 0; survived < 3; survived++) {
      const { clock, history, store } = createRig()
      await history.record(lost('run-1'))
      await history.record(aRun())
      await clock.advance(40 * DAY)
      let left = survived
      const dying: typeof store = {
        ...store,
        delete: (...args) => (left-- > 0 ? store.delete(...args) : Promise.reject(new Error('the process died'))),
      }
      await expect(createHistory(dying, { clock }).prune()).rejects.toThrow('the process died')
      expect(await history.timeline({ status: 'lost' })).toEqual([])
    }
  })

  it('is corrected in statistics that are carried along', () => {
    const successes = Array.from({ length: 3 }, (_, n) =>
      aRun({ runId: `s${n}`, scheduledTime: START - (3 - n) * MINUTE }),
    )
    const before = [...successes, lost('run-1')].reduce(foldStatistics, emptyStatistics())
    expect(before).toMatchObject({ counts: { lost: 1 }, lastError: { runId: 'run-1' }, streak: { outcome: 'failure' } })
    const corrected = supersedeLost(before, aRun())
    expect(corrected).toEqual([...successes, aRun()].reduce(foldStatistics, emptyStatistics()))
  })
})

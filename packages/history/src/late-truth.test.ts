import { describe, expect, it } from 'vitest'
import { aRun, createRig } from '../test/records.ts'

const lost = (runId: string) =>
  aRun({ runId, status: 'lost', durationMs: 0, attempts: [], reason: 'its leader is gone' })

describe('a run that was declared lost and ended after all', () => {
  it('is no failure any more once it succeeded, while another of the same tick stays lost', async () => {
    const { history, recordAll } = createRig()
    await recordAll([lost('run-1'), lost('run-2')])
    await recordAll([aRun()])
    expect((await history.list({ status: 'lost' })).runs).toMatchObject([{ runId: 'run-2' }])
    expect(await history.timeline()).toMatchObject([
      { runId: 'run-1', status: 'success' },
      { runId: 'run-2', status: 'lost' },
    ])
  })

  it('does not come back as lost on the next page', async () => {
    const { history, recordAll } = createRig()
    await recordAll([0, 1, 2, 3, 4, 5].map((n) => lost(`run-${n}`)))
    await recordAll([0, 2, 4].map((n) => aRun({ runId: `run-${n}`, status: 'failed' })))
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await history.list({ job: 'report', limit: 1, ...(cursor === undefined ? {} : { cursor }) })
      seen.push(...page.runs.map(({ runId, status }) => `${runId} ${status}`))
      cursor = page.cursor
    } while (cursor !== undefined)
    expect(seen).toEqual(['run-0 failed', 'run-1 lost', 'run-2 failed', 'run-3 lost', 'run-4 failed', 'run-5 lost'])
  })
})

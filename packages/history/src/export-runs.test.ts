import { describe, expect, it } from 'vitest'
import { aRun, collect, createRig, MINUTE, START } from '../test/records.ts'

describe('export', () => {
  it('as NDJSON is each run whole on a line of its own', async () => {
    const { history, recordAll } = createRig()
    const runs = [2, 1, 0].map((n) => aRun({ runId: `run-${n}`, scheduledTime: START + n * MINUTE, result: 'a\nb' }))
    await recordAll(runs)
    const lines = await collect(history.exportRuns())
    expect(lines.every((line) => line.endsWith('\n') && line.indexOf('\n') === line.length - 1)).toBe(true)
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(runs)
  })

  it('as CSV has a header, quotes what needs it, and never becomes a formula', async () => {
    const { history, recordAll } = createRig()
    const error = { name: 'E', message: '=cmd|"calc"!A1, or\nso' }
    await recordAll([aRun({ status: 'failed', error, reason: 'plain' })])
    const [header, line, ...rest] = await collect(history.exportRuns({ format: 'csv', job: 'report' }))
    expect(header).toMatch(/^runId,job,status,scheduledTime,.*\r\n$/)
    expect(line).toBe(
      'run-1,report,failed,2026-01-01T00:00:00.000Z,2026-01-01T00:00:00.000Z,2026-01-01T00:00:00.040Z,40,1,schedule,worker-1,' +
        `,,,,plain,"'=cmd|""calc""!A1, or\nso",,,\r\n`,
    )
    expect(rest).toEqual([])
  })

  it('as CSV keeps names as they are, run ids that begin with a dash too', async () => {
    const { history, recordAll } = createRig()
    await recordAll([aRun({ runId: '-2-3', workerId: '-host', reason: '-1+2' })])
    const [, line = ''] = await collect(history.exportRuns({ format: 'csv', job: 'report' }))
    expect(line.startsWith('-2-3,report,')).toBe(true)
    expect(line).toContain(',-host,')
    expect(line).toContain(",'-1+2,")
  })

  it('streams: what is not asked for is not read', async () => {
    const { history, recordAll, requests, reset } = createRig()
    for (let n = 0; n < 300; n++) await recordAll([aRun({ runId: `run-${n}`, scheduledTime: START + n })])
    reset()
    for await (const line of history.exportRuns({ job: 'report' })) {
      if (line.includes('run-290')) break
    }
    // 50 runs are taken together, and 16 segments are read ahead.
    expect(requests.get).toBeLessThanOrEqual(66)
  })
})

import type { RunStatus, TimelineEntry } from '@s3sched/history'
import { expect, it } from 'vitest'
import { columnsOf, runStrip, stripGrid } from './run-strip.ts'

function run(scheduledTime: number, status: RunStatus): TimelineEntry {
  return { job: 'a', runId: 'r', durationMs: 1, attempts: 1, scheduledTime, status }
}

it('draws the gravest of the runs that fall into one column', () => {
  const period = { since: 0, until: 240 }
  const columns = columnsOf([run(3.2, 'success'), run(3.9, 'failed'), run(3.5, 'skipped'), run(7, 'success')], period)
  expect(columns[3]).toBe('failed')
  expect(columns[7]).toBe('success')
  expect(columns.filter((status) => status !== undefined)).toHaveLength(2)
})

it('leaves out what lies outside of its period', () => {
  const columns = columnsOf([run(-1, 'failed'), run(240, 'failed'), run(1e15, 'failed')], { since: 0, until: 240 })
  expect(columns.filter((status) => status !== undefined)).toEqual([])
})

it('draws as much for ten thousand runs as for a few hundred', () => {
  const many = Array.from({ length: 10_000 }, (_, at) => run(at, at % 7 === 0 ? 'failed' : 'success'))
  const period = { since: 0, until: 10_000 }
  expect(String(runStrip(many, period, stripGrid(period))).length).toBeLessThan(8000)
})

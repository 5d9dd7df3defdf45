import { expect, it } from 'vitest'
import { judge } from '../src/takeover/journal.ts'

const SECOND = 1000

it('counts what never began, what began twice and what never ended, by the first start of each tick', () => {
  const lines = [
    'start 0 1000 1003',
    'end 0 1000 1303',
    'start 1 1000 1004',
    'start 1 1000 4004',
    'end 1 1000 4304',
    'start 0 2000 2500',
    'start 0 9000 9001',
    '',
  ]
  expect(judge(lines, 2, SECOND, 3 * SECOND)).toEqual({
    expected: 4,
    started: 3,
    missed: 1,
    doubled: 1,
    lost: 1,
    latestMs: 500,
    p99Ms: 500,
  })
})

it('leaves out a line that was cut off', () => {
  expect(judge(['start 0 1000'], 1, SECOND, 2 * SECOND)).toMatchObject({ started: 0, missed: 1 })
})

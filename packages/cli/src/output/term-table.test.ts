import type { Term } from '@s3sched/operator'
import { expect, it } from 'vitest'
import { endText } from './term-table.ts'

const termOf = (epoch: number, changes: Partial<Term> = {}): Term => ({
  epoch,
  workerId: 'w',
  since: epoch * 10_000,
  until: epoch * 10_000 + 2000,
  end: 'released',
  ...changes,
})

it('says for how long nobody led after a stop', () => {
  expect(endText({ term: termOf(1), later: termOf(2) })).toBe('stopped, nobody led for 8.0s')
})

it.each([
  [3, 'stopped; 2 gone before a first renewal'],
  [5, 'stopped; 2-4 gone before a first renewal'],
])('does not say that nobody led where a later term %i shows leaders in between', (epoch, text) => {
  expect(endText({ term: termOf(1), later: termOf(epoch) })).toBe(text)
})

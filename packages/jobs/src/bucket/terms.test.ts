import { expect, it } from 'vitest'
import { continueTerms, readTerms, type Term } from './terms.ts'

const previous = (epoch: number, terms: unknown) => ({
  epoch,
  holder: `w${epoch}`,
  state: 'held' as const,
  renewedAt: epoch * 1000 + 900,
  payload: { terms },
})

it('remembers the last 20 terms, however long the fleet lives', () => {
  let terms: readonly Term[] = continueTerms(undefined, { epoch: 1, workerId: 'w1', since: 1000 })
  for (let epoch = 2; epoch <= 100; epoch++) {
    terms = continueTerms(previous(epoch - 1, terms), { epoch, workerId: `w${epoch}`, since: epoch * 1000 })
  }
  expect(terms).toHaveLength(20)
  expect(terms.slice(0, 2)).toEqual([
    { epoch: 100, workerId: 'w100', since: 100_000, until: null, end: null },
    { epoch: 99, workerId: 'w99', since: 99_000, until: 99_900, end: 'silent' },
  ])
  expect(JSON.stringify(terms).length).toBeLessThan(2000)
})

it('names the term before, also when its leader is of a version that says nothing of terms', () => {
  expect(continueTerms(previous(6, undefined), { epoch: 7, workerId: 'new', since: 9000 })).toEqual([
    { epoch: 7, workerId: 'new', since: 9000, until: null, end: null },
    { epoch: 6, workerId: 'w6', since: null, until: 6900, end: 'silent' },
  ])
})

it.each([
  'terms',
  null,
  { 0: {} },
  [null, 1, 'x', {}, { epoch: 1.5, workerId: 'a' }, { epoch: '1', workerId: 'a' }, { epoch: 1, workerId: {} }],
])('takes nothing from %j', (terms) => {
  expect(readTerms({ terms })).toEqual([])
})

it('takes what it understands of a term, and no more than it would write', () => {
  const odd = { epoch: 3, workerId: '<b>', since: '2026', until: Number.NaN, end: 'exploded' }
  expect(readTerms({ terms: [odd] })).toEqual([{ epoch: 3, workerId: '<b>', since: null, until: null, end: null }])
  expect(readTerms({ terms: Array.from({ length: 5000 }, () => odd) })).toHaveLength(20)
})

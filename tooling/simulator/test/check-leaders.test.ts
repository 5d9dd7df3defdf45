import { expect, it } from 'vitest'
import { checkLeaders } from '../src/check/check-leaders.ts'
import { BY_HAND, type Change } from '../src/ledger.ts'

const written = (fence: number, holder: string): Partial<Change> => ({
  client: holder,
  kind: 'put',
  fields: { fence, holder },
})
const deleted: Partial<Change> = { client: BY_HAND, kind: 'delete', fields: undefined }

const violations = (...changes: readonly Partial<Change>[]): string[] =>
  checkLeaders(changes.map((change, at) => ({ key: 'leader.json', at, ...change }) as Change))

it('epochs that grow by one with each holder are right', () => {
  expect(violations(written(1, 'a'), written(1, 'a'), written(2, 'b'), written(3, 'a'))).toEqual([])
})

it.each([
  ['an epoch that is left out', [written(1, 'a'), written(3, 'b')], 'it went from 1 to 3'],
  ['an epoch that goes back', [written(2, 'a'), written(1, 'b')], 'it went back from 2 to 1'],
  ['a second holder of an epoch', [written(1, 'a'), written(1, 'b')], 'a stale fence was accepted'],
])('%s is noticed', (_, changes, what) => {
  expect(violations(...changes)).toEqual([expect.stringContaining(what)])
})

it('after a deletion by hand epochs begin anew, and may go on above the lost epochs, and no further', () => {
  const anew = [written(7, 'a'), deleted, written(1, 'b')]
  expect(violations(...anew, written(8, 'a'))).toEqual([])
  expect(violations(...anew, written(9, 'a'))).toEqual([expect.stringContaining('it went from 1 to 9')])
})

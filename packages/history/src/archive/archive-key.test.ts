import { describe, expect, it } from 'vitest'
import { DAY, START } from '../../test/records.ts'
import { archiveKey, parseArchiveKey, type ArchiveKey } from './archive-key.ts'

const FILE: ArchiveKey = {
  day: START / DAY,
  outcome: 'other',
  set: '_a-B',
  part: 3,
  newest: START + 9,
  oldest: START,
  count: 17,
  statuses: new Set(['failed', 'lost']),
  jobs: 'Ab_-',
  rare: 'A',
}
const KEY = 'history/day=2026-01-01/outcome=other/runs-_a-B.3.1767225600009.1767225600000.17.fl.Ab_-.A.parquet'

it('tells everything that a LIST must know', () => {
  expect(archiveKey(FILE)).toBe(KEY)
  expect(parseArchiveKey(KEY)).toEqual(FILE)
})

describe('is no file of the archive', () => {
  it.each([
    ['another folder', KEY.replace('history/', 'hist/')],
    ['a partition more', KEY.replace('/runs', '/job=a/runs')],
    ['another outcome', KEY.replace('other', 'failed')],
    ['a day that does not exist', KEY.replace('2026-01-01', '2026-02-31')],
    ['a tick of another day', KEY.replace('1767225600009', '1767312000000')],
    ['an unknown status', KEY.replace('.fl.', '.fz.')],
    ['a status twice', KEY.replace('.fl.', '.ff.')],
    ['an oldest tick after the newest', KEY.replace('1767225600000', '1767225600010')],
    ['the file of another tool', 'history/day=2026-01-01/outcome=other/part-0.parquet'],
  ])('%s', (_, key) => {
    expect(parseArchiveKey(key)).toBeUndefined()
  })
})

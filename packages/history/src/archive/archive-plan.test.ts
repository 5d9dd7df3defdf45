import { describe, expect, it } from 'vitest'
import { DAY, MINUTE, START } from '../../test/records.ts'
import type { ListedFile } from './archive-files.ts'
import { planArchive, type ArchivableSegment } from './archive-plan.ts'

const HOUR = 60 * MINUTE
const options = { minSegments: 4 }

function segments(number: number, fields: Partial<ArchivableSegment> = {}): ArchivableSegment[] {
  return Array.from({ length: number }, (_, n) => ({
    page: 'p',
    newest: START + n * MINUTE,
    oldest: START + n * MINUTE,
    count: 100,
    statuses: new Set(['success'] as const),
    jobs: 'A',
    hash: `h${n}`,
    key: `segment-${n}`,
    lastModified: START + n * MINUTE,
    size: 4000,
    ...fields,
  }))
}

function file(set: string, count: number, lastModified: number = START): ListedFile {
  const day = START / DAY
  const statuses = new Set(['success'] as const)
  const known = {
    day,
    outcome: 'success',
    part: 0,
    newest: START,
    oldest: START,
    statuses,
    jobs: 'A',
    rare: 'A',
  } as const
  return { ...known, set, count, key: `file-${set}`, etag: set, size: count * 30, lastModified }
}

const shape = (batches: ReturnType<typeof planArchive>): unknown =>
  batches.map((batch) => [batch.segments.length, batch.sets.map(({ set }) => set)])

describe('while a day goes on', () => {
  const now = START + 12 * HOUR

  it('waits for some segments', () => {
    expect(shape(planArchive(segments(3), [], now, options))).toEqual([])
    expect(shape(planArchive(segments(4), [], now, options))).toEqual([[4, []]])
  })

  it('writes small sets again, and leaves large ones', () => {
    expect(shape(planArchive(segments(4), [file('small', 400), file('large', 40_000)], now, options))).toEqual([
      [4, ['small']],
    ])
  })

  it('lets a set grow on, so that a day has a few sets at any time', () => {
    let sets: ListedFile[] = []
    for (let hour = 1; hour <= 24; hour += 1) {
      const [batch] = planArchive(segments(60), sets, now, options)
      const merged = new Set(batch?.sets.map(({ set }) => set))
      const count = 6000 + sets.filter(({ set }) => merged.has(set)).reduce((sum, set) => sum + set.count, 0)
      sets = [...sets.filter(({ set }) => !merged.has(set)), file(`hour-${hour}`, count)]
      expect(sets.length).toBeLessThanOrEqual(4)
    }
  })
})

describe('once a day is over', () => {
  const now = START + DAY + HOUR

  it('takes a single segment', () => {
    expect(shape(planArchive(segments(1), [], now, options))).toEqual([[1, []]])
  })

  it('waits a moment for the last outcomes', () => {
    expect(shape(planArchive(segments(1), [], START + DAY + 15 * MINUTE - 1, options))).toEqual([])
    expect(shape(planArchive(segments(1), [], START + DAY + 15 * MINUTE, options))).toEqual([[1, []]])
  })

  it('makes all sets of the day one', () => {
    expect(shape(planArchive(segments(1), [file('a', 90_000), file('b', 5)], now, options))).toEqual([[1, ['b', 'a']]])
    expect(shape(planArchive([], [file('a', 90_000), file('b', 5)], now, options))).toEqual([[0, ['b', 'a']]])
    expect(shape(planArchive([], [file('a', 90_000)], now, options))).toEqual([])
  })

  it('lets runs that come later wait for the next day', () => {
    const sets = [file('settled', 90_000, now), file('late', 5, now)]
    expect(shape(planArchive([], sets, now + HOUR, options))).toEqual([])
    expect(shape(planArchive([], sets, now + DAY, options))).toEqual([[0, ['late', 'settled']]])
    const oneOld = [file('settled', 90_000, START), file('late', 5, now)]
    expect(shape(planArchive([], oneOld, now + HOUR, options))).toEqual([])
    const filesOfSet = [file('settled', 90_000, now), file('settled', 90_000, START), file('late', 5, START)]
    expect(shape(planArchive([], filesOfSet, now + HOUR, options))).toEqual([])
  })
})

it('bounds a batch by runs and by bytes', () => {
  const now = START + DAY + HOUR
  const many = planArchive(segments(4, { count: 60_000 }), [file('large', 140_000)], now, options)
  expect(shape(many)).toEqual([
    [2, []],
    [2, []],
  ])
  expect(shape(planArchive(segments(4, { size: 5_000_000 }), [], now, options))).toEqual([
    [1, []],
    [1, []],
    [1, []],
    [1, []],
  ])
})

it('fills a batch up to its bounds, and makes a larger segment one of its own', () => {
  const now = START + DAY + HOUR
  const [rows, bytes] = [150_000, 7_340_032]
  expect(shape(planArchive(segments(2, { count: rows / 2 }), [], now, options))).toEqual([[2, []]])
  expect(shape(planArchive(segments(2, { size: bytes / 2 }), [], now, options))).toEqual([[2, []]])
  expect(shape(planArchive(segments(1, { size: bytes + 1 }), [], now, options))).toEqual([[1, []]])
  const sized = (set: string, size: number, count = 5): ListedFile => ({ ...file(set, count), size })
  const three = [sized('a', bytes / 2, 1), sized('b', bytes / 2, 2), sized('c', 1, 3)]
  expect(shape(planArchive([], three, now, options))).toEqual([[0, ['a', 'b']]])
  expect(shape(planArchive(segments(1, { size: bytes / 2 }), three, now, options))).toEqual([[1, ['a']]])
  expect(shape(planArchive([], [file('a', rows / 2), file('b', rows / 2)], now, options))).toEqual([[0, ['a', 'b']]])
})

it('writes a set again up to four times the runs that join it', () => {
  const sets = [file('four', 1600), file('more', 8001)]
  expect(shape(planArchive(segments(4), sets, START + 12 * HOUR, options))).toEqual([[4, ['four']]])
})

it('goes from the oldest runs to the newest', () => {
  const listed = segments(4, { count: 75_000 }).toReversed()
  const batches = planArchive(listed, [], START + DAY + HOUR, options)
  expect(batches.map((batch) => batch.segments.map(({ key }) => key))).toEqual([
    ['segment-0', 'segment-1'],
    ['segment-2', 'segment-3'],
  ])
})

it('takes a day of 100 jobs each minute whole', () => {
  const now = START + DAY + HOUR
  expect(shape(planArchive(segments(222, { count: 650, size: 30_300 }), [], now, options))).toEqual([[222, []]])
})

it('keeps days apart', () => {
  const later = segments(1, { newest: START + DAY, oldest: START + DAY })
  const batches = planArchive([...later, ...segments(1)], [], START + 2 * DAY + HOUR, options)
  expect(shape(batches)).toEqual([
    [1, []],
    [1, []],
  ])
  expect(batches.map(({ day }) => day)).toEqual([START / DAY, START / DAY + 1])
})

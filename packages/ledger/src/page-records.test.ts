import fc from 'fast-check'
import { expect, it } from 'vitest'
import { PageRecords } from './page-records.ts'

const key = fc.constantFrom<string[]>('a', 'b', 'c', 'a"b', 'ä', 'a\\":', '')
const text = fc.constantFrom('1', '{"a":1}', '":"', 'null')

function textsOf(changes: Iterable<readonly [string, string | undefined]>): Map<string, { text: string } | undefined> {
  return new Map([...changes].map(([name, value]) => [name, value === undefined ? undefined : { text: value }]))
}

it('is a map of texts, whatever is set and removed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(key, text)),
      fc.array(fc.array(fc.tuple(key, fc.option(text, { nil: undefined })), { maxLength: 3 })),
      (first, steps) => {
        const map = new Map(first)
        let records = PageRecords.of(first)
        for (const step of steps) {
          const before = new Map(records)
          const past = records
          const changes = new Map(step)
          records = records.changed(textsOf(changes))
          for (const [name, value] of changes) {
            if (value === undefined) map.delete(name)
            else map.set(name, value)
          }
          expect(new Map(past)).toEqual(before)
          expect(records.size).toBe(map.size)
          const differing = [...changes.keys()].filter((name) => before.get(name) !== map.get(name))
          expect(new Set(records.differences(past))).toEqual(new Set(differing))
        }
        expect(new Map(records)).toEqual(map)
        for (const name of ['a', 'b', 'a"b', 'none']) {
          expect([records.has(name), records.get(name)]).toEqual([map.has(name), map.get(name)])
        }
      },
    ),
  )
})

it('keeps the line of a key as another writer has escaped it', () => {
  const records = PageRecords.ofLines([['a', '"\\u0061":{"x":1}']])
  expect(records.get('a')).toBe('{"x":1}')
  expect(records.changed(textsOf([['b', '2']])).lines).toEqual(['"\\u0061":{"x":1}', '"b":2'])
})

it('copies no more than a list for a change of one record', () => {
  const records = PageRecords.of(Array.from({ length: 100 }, (_, index) => [`job-${index}`, `{"index":${index}}`]))
  const next = records.changed(textsOf([['job-7', '{}']]))
  expect(next.lines.filter((line, index) => line !== records.lines[index])).toEqual(['"job-7":{}'])
  expect(next.differences(records)).toEqual(['job-7'])
})

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
  expect([records.get('a'), records.has('b')]).toEqual(['{"x":1}', false])
  expect(records.changed(textsOf([['b', '2']])).lines.bytes.toString()).toBe('"\\u0061":{"x":1},\n"b":2')
})

it('is read back from its bytes, with other keys of the same hash', () => {
  // The first two keys have the same hash.
  const records = PageRecords.of(['costarring', 'liquid', 'ä"b'].map((each, index) => [each, `${index}`]))
  const read = PageRecords.read(records.lines.bytes)
  expect([...(read ?? [])]).toEqual([...records])
  expect(read?.differences(records)).toEqual([])
})

it.each([
  ['"a":1,\n"b":2,\n"a":3', { a: '3', b: '2' }],
  ['"a":1\n"b":2', { a: '1', b: '2' }],
  ['"a":1,\n"b":2,', { a: '1', b: '2' }],
  ['a:1', undefined],
  ['"a', undefined],
  ['"a"', undefined],
])('is read from %j, as another program may have written it', (lines, records) => {
  const read = PageRecords.read(Buffer.from(lines))
  expect(read && Object.fromEntries(read)).toEqual(records)
})

it('marks each state of a record with a number of its own', () => {
  const records = PageRecords.of(Array.from({ length: 100 }, (_, index) => [`job-${index}`, `{"index":${index}}`]))
  const next = records.changed(textsOf([['job-7', '{}']]))
  const again = next.changed(textsOf([['job-7', '{"index":7}']]))
  expect([next.mark('job-8'), next.mark('none')]).toEqual([records.mark('job-8'), undefined])
  expect(new Set([records, next, again].map((state) => state.mark('job-7'))).size).toBe(3)
  expect([next.differences(records), again.differences(records)]).toEqual([['job-7'], []])
})

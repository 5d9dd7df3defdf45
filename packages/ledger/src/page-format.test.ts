import { anyCharacter } from '@s3sched-tooling/vitest/any-character'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodePage, encodePage } from './page-format.ts'
import { EMPTY_PAGE, type Page } from './page.ts'
import { PageEntries } from './page-entries.ts'
import { PageRecords } from './page-records.ts'

const text = (json: string): Uint8Array => new TextEncoder().encode(json)
const shown = (body: Uint8Array): string => new TextDecoder().decode(body)
const page: Page = {
  ...EMPTY_PAGE,
  nonce: 'n2',
  seq: 2,
  life: 'n1',
  signs: new Map([['a', { seq: 2, nonce: 'n2' }]]),
  records: PageRecords.of([
    ['report', '{"fence":3}'],
    ['backup', '{"fence":1}'],
  ]),
  entries: PageEntries.of([{ id: 'run-1', key: 'report', text: '{"status":"success"}' }]),
}

const roundTrip = (given: Page): Page => {
  const decoded = decodePage(encodePage(given))
  if (decoded.outcome !== 'page') throw new Error(decoded.problem)
  return decoded.page
}

describe('a page', () => {
  it('is JSON with a line for each record and each entry', () => {
    expect(shown(encodePage(page))).toBe(
      [
        '{"v":1,"nonce":"n2","seq":2,"life":"n1","signs":[["a",2,"n2"]],"records":{',
        '"report":{"fence":3},',
        '"backup":{"fence":1}',
        '},"entries":[',
        '["run-1","report",{"status":"success"}]',
        ']}',
      ].join('\n'),
    )
    expect(JSON.parse(shown(encodePage(page)))).toMatchObject({ records: { report: { fence: 3 } } })
  })

  it('comes back as it was, whatever its keys and values are', () => {
    const key = fc.oneof(
      fc.string({ minLength: 1, unit: anyCharacter }),
      fc.constantFrom('"', '\\', '\\"', 'a\nb', '},"entries":[', ']}', '__proto__', '\u2028'),
    )
    fc.assert(
      fc.property(
        fc.uniqueArray(key, { maxLength: 8 }),
        fc.array(fc.tuple(key, key, fc.jsonValue()), { maxLength: 4 }),
        fc.jsonValue(),
        (keys, entries, value) => {
          const given: Page = {
            ...page,
            draftOf: { page: '01', nonce: 'p' },
            forgotten: 7,
            records: PageRecords.of(keys.map((each) => [each, JSON.stringify(value)])),
            entries: PageEntries.of(entries.map(([id, of, of2]) => ({ id, key: of, text: JSON.stringify(of2) }))),
          }
          expect(roundTrip(given)).toEqual(given)
        },
      ),
    )
  })

  it('keeps fields that only a later version knows', () => {
    const decoded = decodePage(
      text('{"v":1,"nonce":"n","seq":1,"life":"n","later":{"a":[1]},"records":{},"entries":[]}'),
    )
    expect(decoded).toMatchObject({ outcome: 'page', page: { rest: { later: { a: [1] } } } })
    expect(decoded.outcome === 'page' && shown(encodePage(decoded.page))).toContain('"later":{"a":[1]}')
  })

  it('is read when another tool has written it in another layout', () => {
    const pretty = text(JSON.stringify(JSON.parse(shown(encodePage(page))), null, 2))
    expect(decodePage(pretty)).toEqual({ outcome: 'page', page })
  })

  it('is read around a record that is no JSON, which comes back untouched', () => {
    const damaged = shown(encodePage(page)).replace('{"fence":3}', '{"fence":3')
    const decoded = decodePage(text(damaged))
    expect(decoded.outcome === 'page' && decoded.page.records.get('report')).toBe('{"fence":3')
    expect(decoded.outcome === 'page' && shown(encodePage(decoded.page))).toBe(damaged)
  })

  it.each([
    ['', 'Unexpected end'],
    ['[]', 'expected an object'],
    ['{"v":1', 'Expected'],
    ['{"nonce":"n","seq":1,"life":"n"}', 'it has no format version'],
    ['{"v":2,"nonce":"n","seq":1,"life":"n"}', 'newer than 1; upgrade s3sched'],
    ['{"v":1,"seq":1,"life":"n"}', 'its nonce makes no sense'],
    ['{"v":1,"nonce":"n","seq":-1,"life":"n"}', 'its seq makes no sense'],
    ['{"v":1,"nonce":"n","seq":1,"life":"n","records":[]}', 'its records make no sense'],
    ['{"v":1,"nonce":"n","seq":1,"life":"n","entries":[{}]}', 'an entry makes no sense'],
    ['{"v":1,"nonce":"n","seq":1,"life":"n","signs":[["a"]]}', 'its signs makes no sense'],
    ['{"v":1,"nonce":"n","seq":1,"life":"n","split":{}}', 'its split makes no sense'],
  ])('is unreadable as %j, and says why', (json, problem) => {
    expect(decodePage(text(json))).toMatchObject({ outcome: 'unreadable', problem: expect.stringContaining(problem) })
  })

  it('is unreadable when it is cut short anywhere', () => {
    const body = encodePage(page)
    for (let end = 0; end < body.length; end++) expect(decodePage(body.slice(0, end)).outcome).toBe('unreadable')
  })

  it('is unreadable when it is not UTF-8', () => {
    expect(decodePage(Uint8Array.of(0x7b, 0xff))).toEqual({ outcome: 'unreadable', problem: 'it is not UTF-8' })
  })
})

import { describe, expect, it } from 'vitest'
import type { Change } from './change.ts'
import { decideChanges, type Applicable, type Decided } from './decide-changes.ts'
import type { PageEdit } from './page-edit.ts'
import { EMPTY_PAGE, type Page } from './page.ts'
import { PageEntries } from './page-entries.ts'
import { PageRecords } from './page-records.ts'
import { decideRecord } from './record-change.ts'
import type { RecordCodec } from './record-codec.ts'

interface Count {
  readonly count: number
}

/** A negative count can't be written, and anything but a number can't be read. */
const codec: RecordCodec<Count> = {
  decode: (value) =>
    typeof value === 'number'
      ? { outcome: 'read', record: { count: value } }
      : { outcome: 'unreadable', problem: 'expected a number' },
  encode: ({ count }) => {
    if (count < 0) throw new RangeError('expected no negative count')
    return count
  },
}

const pageOf = (records: Readonly<Record<string, string>>, more: Partial<Page> = {}): Page => ({
  ...EMPTY_PAGE,
  nonce: 'n4',
  life: 'n1',
  seq: 4,
  records: PageRecords.of(Object.entries(records)),
  ...more,
})

const changeOf = (
  key: string,
  decide: Change<Count, string | undefined>,
  overwriteUnreadable = false,
): Applicable<Count> => ({
  decide: (edit) => decideRecord(edit, key, { decide }, overwriteUnreadable),
})
const add = (key: string, more: number): Applicable<Count> =>
  changeOf(key, (record) => ({ do: 'write', record: { count: (record?.count ?? 0) + more } }))
const append = (key: string, ...ids: readonly string[]): Applicable<Count> =>
  changeOf(key, (record = { count: 0 }) => ({
    do: 'write',
    record,
    entries: ids.map((id) => ({ id, text: `"${id}"` })),
  }))
const ofPage = (apply: (edit: PageEdit<Count>) => void): Applicable<Count> => ({
  decide: (edit) => {
    apply(edit)
    return { kind: 'write', result: undefined }
  },
})

const decide = (page: Page, ...changes: readonly Applicable<Count>[]): Decided =>
  decideChanges(page, changes, { codec, nonce: 'n5', writer: 'w' })
const recordsOf = ({ next }: Decided): Readonly<Record<string, string>> | undefined =>
  next && Object.fromEntries([...next.records.keys()].map((key) => [key, next.records.get(key) ?? '']))
const entriesOf = ({ next }: Decided): readonly string[] | undefined => next && [...next.entries].map(({ id }) => id)

describe('the changes of a commit', () => {
  it('apply in their order, each to the result of the earlier changes', () => {
    const decided = decide(pageOf({ a: '1' }), add('a', 2), add('b', 5), add('a', 4))
    expect(decided.verdicts).toEqual([
      { kind: 'write', result: { record: { count: 3 }, text: '3', result: undefined } },
      { kind: 'write', result: { record: { count: 5 }, text: '5', result: undefined } },
      { kind: 'write', result: { record: { count: 7 }, text: '7', result: undefined } },
    ])
    expect(recordsOf(decided)).toEqual({ a: '7', b: '5' })
  })

  it('make the next page, which carries the sign of the commit', () => {
    const signs = new Map([['other', { seq: 4, nonce: 'n4' }]])
    const page = pageOf({ a: '1' }, { signs, draftOf: { page: '', nonce: 'n0' }, rest: { later: 1 } })
    const { next } = decide(page, add('a', 1))
    expect(next).toMatchObject({ nonce: 'n5', seq: 5, life: 'n1', draftOf: undefined, rest: { later: 1 } })
    expect([...(next?.signs ?? [])]).toEqual([...signs, ['w', { seq: 5, nonce: 'n5' }]])
    expect(decide({ ...EMPTY_PAGE }, add('a', 1)).next?.life).toBe('n5')
  })

  it('leave the read page as it is', () => {
    const page = pageOf({ a: '1' }, { entries: PageEntries.of([{ id: 'e', key: 'a', text: '1' }]) })
    decide(
      page,
      add('a', 1),
      ofPage((edit) => edit.drop(['e'])),
    )
    expect([page.records.get('a'), [...page.entries].map(({ id }) => id), page.seq]).toEqual(['1', ['e'], 4])
  })

  it('that write nothing make no page', () => {
    const refusal = changeOf('a', () => ({ do: 'refuse', reason: 'too late' }))
    expect(decide(pageOf({ a: '1' }), refusal)).toEqual({
      next: undefined,
      verdicts: [{ kind: 'keep', answer: { outcome: 'refused', reason: 'too late' } }],
    })
    expect(decide(pageOf({ a: '1' })).next).toBeUndefined()
    expect(
      decide(
        pageOf({ a: '1' }),
        ofPage((edit) => edit.touch()),
      ).next?.seq,
    ).toBe(5)
  })

  it('may remove a record, which later changes then miss', () => {
    const removal = changeOf('a', () => ({ do: 'remove', result: 'gone' }))
    const decided = decide(pageOf({ a: '1', b: '2' }), removal)
    expect(decided.verdicts).toEqual([
      { kind: 'write', result: { record: undefined, text: undefined, result: 'gone' } },
    ])
    expect(recordsOf(decided)).toEqual({ b: '2' })
    expect(recordsOf(decide(pageOf({ a: '1' }), removal, add('a', 5)))).toEqual({ a: '5' })
  })

  it('see the last commits of writers, and the entries of the page', () => {
    const entries = PageEntries.of([{ id: 'old', key: 'a', text: '1' }])
    const page = pageOf({}, { entries, signs: new Map([['w', { seq: 3, nonce: 'n3' }]]) })
    const seen: unknown[] = []
    const look = changeOf('a', (_record, view) => {
      seen.push([view.key, view.signOf('w'), view.signOf('x'), view.hasEntry('old'), view.hasEntry('new')])
      return { do: 'refuse', reason: '' }
    })
    decide(
      page,
      look,
      append('b', 'new'),
      ofPage((edit) => edit.drop(['old'])),
      look,
    )
    expect(seen).toEqual([
      ['a', 3, undefined, true, false],
      ['a', 3, undefined, false, true],
    ])
  })
})

describe('a change that fails', () => {
  it('fails alone, and leaves no trace', () => {
    const error = new Error('no')
    const failing = changeOf('a', () => {
      throw error
    })
    const decided = decide(pageOf({ a: '1' }), add('a', 1), failing, add('a', 1))
    expect(decided.verdicts.map(({ kind }) => kind)).toEqual(['write', 'throw', 'write'])
    expect(decided.verdicts[1]).toEqual({ kind: 'throw', error })
    expect(recordsOf(decided)).toEqual({ a: '3' })
    expect(decide(pageOf({ a: '1' }), failing).next).toBeUndefined()
  })

  it('is one whose record has no JSON, also with entries', () => {
    const bad = changeOf('a', () => ({ do: 'write', record: { count: -1 }, entries: [{ id: 'e', text: '1' }] }))
    const decided = decide(pageOf({ a: '1' }), bad)
    expect(decided).toMatchObject({ next: undefined, verdicts: [{ kind: 'throw', error: { message: /negative/ } }] })
    const none = decideChanges(pageOf({}), [add('a', 1)], {
      codec: { ...codec, encode: () => undefined },
      nonce: 'n',
      writer: 'w',
    })
    expect(none.verdicts).toMatchObject([{ kind: 'throw', error: { message: /plain JSON/ } }])
  })

  it('is one with an entry without an id or a text, and its record stays', () => {
    for (const entry of [
      { id: '', text: '1' },
      { id: 'e', text: '' },
    ]) {
      const bad = changeOf('a', () => ({ do: 'write', record: { count: 9 }, entries: [entry] }))
      const decided = decide(pageOf({ a: '1' }), bad)
      expect([decided.next, decided.verdicts[0]?.kind]).toEqual([undefined, 'throw'])
    }
  })

  it('is one with a record or an entry of more than a million characters', () => {
    const most = 1024 * 1024
    const long = (chars: number): RecordCodec<Count> => ({ ...codec, encode: () => '1'.repeat(chars - 2) })
    const verdictOf = (chars: number): unknown =>
      decideChanges(pageOf({}), [add('a', 1)], { codec: long(chars), nonce: 'n', writer: 'w' }).verdicts[0]
    expect(verdictOf(most)).toMatchObject({ kind: 'write' })
    expect(verdictOf(most + 1)).toMatchObject({
      kind: 'throw',
      error: {
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(/^"a" has 1048577 characters of JSON; the limit is 1048576/) as string,
      },
    })
    const entries = [{ id: 'e', text: '1'.repeat(most + 1) }]
    const decided = decide(
      pageOf({}),
      changeOf('a', () => ({ do: 'write', record: { count: 1 }, entries })),
    )
    expect(decided.verdicts).toMatchObject([{ kind: 'throw', error: { message: /^"e" has 1048577/ } }])
  })
})

describe('an unreadable record', () => {
  it('is kept, and its change is told the problem', () => {
    const decided = decide(pageOf({ a: '"x"' }), add('a', 1), add('b', 1))
    expect(decided.verdicts[0]).toEqual({
      kind: 'keep',
      answer: { outcome: 'unreadable', problem: 'expected a number' },
    })
    expect(recordsOf(decided)).toEqual({ a: '"x"', b: '1' })
  })

  it('counts as none for a change that may overwrite such records', () => {
    const overwriting = changeOf('a', (record) => ({ do: 'write', record: record ?? { count: 8 } }), true)
    expect(recordsOf(decide(pageOf({ a: '"x"' }), overwriting))).toEqual({ a: '8' })
    expect(recordsOf(decide(pageOf({ a: '3' }), overwriting))).toEqual({ a: '3' })
  })

  it('is one that the codec throws about', () => {
    const decided = decide(pageOf({ a: '{' }), add('a', 1))
    expect(decided.verdicts).toMatchObject([{ kind: 'keep', answer: { outcome: 'unreadable' } }])
  })
})

describe('entries', () => {
  const entries = PageEntries.of([{ id: 'old', key: 'a', text: '1' }])

  it('are appended once each, with the key of their record', () => {
    const decided = decide(pageOf({}, { entries }), append('b', 'old', 'new'), append('c', 'new', 'last'))
    expect(entriesOf(decided)).toEqual(['old', 'new', 'last'])
    expect([...(decided.next?.entries ?? [])].slice(0, 2)).toEqual([
      { id: 'old', key: 'a', text: '1' },
      { id: 'new', key: 'b', text: '"new"' },
    ])
  })

  it('stay as one list where a commit has none', () => {
    expect(decide(pageOf({}, { entries }), add('a', 1)).next?.entries).toBe(entries)
  })

  it('are dropped by their ids, and may be appended anew', () => {
    const drop = (...ids: readonly string[]): Applicable<Count> => ofPage((edit) => edit.drop(ids))
    expect(entriesOf(decide(pageOf({}, { entries }), drop('old')))).toEqual([])
    expect(decide(pageOf({}, { entries }), drop('other')).next).toBeUndefined()
    expect(decide(pageOf({}, { entries }), drop('other', 'old')).next?.entries.size).toBe(0)
    expect(entriesOf(decide(pageOf({}, { entries }), append('b', 'new'), drop('new')))).toEqual(['old'])
    const anew = decide(pageOf({}, { entries }), drop('old'), append('b', 'old'))
    expect([...(anew.next?.entries ?? [])].map(({ key }) => key)).toEqual(['b'])
  })
})

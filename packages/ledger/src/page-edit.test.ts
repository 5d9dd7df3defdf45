import { expect, it } from 'vitest'
import { PageEdit } from './page-edit.ts'
import { EMPTY_PAGE, type Page } from './page.ts'
import { PageRecords } from './page-records.ts'
import type { RecordCodec } from './record-codec.ts'
import { UnreadableRecords } from './unreadable-records.ts'

const page: Page = { ...EMPTY_PAGE, nonce: 'n4', life: 'n1', seq: 4, records: PageRecords.of([['a', '"damaged"']]) }

function rig() {
  const decoded: unknown[] = []
  const codec: RecordCodec<number> = {
    decode: (value) => {
      decoded.push(value)
      return typeof value === 'number'
        ? { outcome: 'read', record: value }
        : { outcome: 'unreadable', problem: 'expected a number' }
    },
    encode: (record) => record,
  }
  const unreadable = new UnreadableRecords(() => {})
  return { edit: new PageEdit(page, codec, unreadable), unreadable, decoded }
}

it('does not parse a record again that was found unreadable, and tells its problem', () => {
  const { decoded, edit, unreadable } = rig()
  unreadable.found({ page: '', key: 'a', problem: 'expected a number' }, '"damaged"')
  expect(edit.read('a')).toEqual({ outcome: 'unreadable', problem: 'expected a number' })
  expect(decoded).toEqual([])
})

it('parses a record whose text is another than the unreadable one', () => {
  const { decoded, edit, unreadable } = rig()
  unreadable.found({ page: '', key: 'a', problem: 'no JSON' }, '{')
  expect(edit.read('a')).toEqual({ outcome: 'unreadable', problem: 'expected a number' })
  expect(decoded).toEqual(['damaged'])
})

it('refuses an entry without an id or a text, and leaves the record as it was', () => {
  const { edit } = rig()
  for (const entry of [
    { id: '', text: '1' },
    { id: 'e', text: '' },
  ]) {
    expect(() => edit.write('b', 1, [entry])).toThrow(
      `expected the entry '${entry.id}' to have an id and a text of JSON`,
    )
  }
  expect(edit.read('b')).toEqual({ outcome: 'missing' })
  expect(edit.isChanged).toBe(false)
})

it('refuses a record that is too long for a page, with advice', () => {
  const { edit } = rig()
  const entry = { id: 'e', text: `"${'x'.repeat(1024 * 1024)}"` }
  expect(() => edit.write('b', 1, [entry])).toThrow(
    '"e" has 1048578 characters of JSON; the limit is 1048576. Keep large parts in objects of their own',
  )
})

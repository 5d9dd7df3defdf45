import type { Conformance } from './conformance.ts'
import { textOf, write } from './steps.ts'

export function describeDeletes({ test, expect }: Conformance): void {
  test('deletes one object and no other', async (store) => {
    await write(store, 'a', 'a')
    await write(store, 'ab', 'ab')
    await store.delete('a')
    expect(textOf(await store.get('a'))).toBe('missing')
    expect(textOf(await store.get('ab'))).toBe('ab')
  })

  test('takes the deletion of nothing for done', async (store) => {
    await store.delete('nothing')
    await store.delete(['no/thing', 'nothing'])
    await store.delete([])
  })

  test('deletes many, missing ones among them', async (store) => {
    for (const key of ['a', 'b/c', 'd']) await write(store, key, key)
    await store.delete(['a', 'missing', 'b/c'])
    const left = []
    for (const key of ['a', 'b/c', 'd']) left.push(textOf(await store.get(key)))
    expect(left).toEqual(['missing', 'missing', 'd'])
  })

  test('deletes what has been overwritten often', async (store) => {
    for (let round = 0; round < 5; round++) await write(store, 'a', `round ${round}`)
    await store.delete('a')
    expect(textOf(await store.get('a'))).toBe('missing')
  })
}

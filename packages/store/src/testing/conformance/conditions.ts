import type { Conformance } from './conformance.ts'
import { bytes, textOf, write } from './steps.ts'

const ifAbsent = { condition: { ifAbsent: true } } as const
const ifMatch = (etag: string): { condition: { ifMatch: string } } => ({ condition: { ifMatch: etag } })

export function describeConditions({ test, expect }: Conformance): void {
  test('creates only what is not there', async (store) => {
    expect(await store.put('a', bytes('first'), ifAbsent)).toMatchObject({ outcome: 'written' })
    expect(await store.put('a', bytes('second'), ifAbsent)).toMatchObject({ outcome: 'conflict' })
    expect(textOf(await store.get('a'))).toBe('first')
  })

  test('creates again what was deleted', async (store) => {
    await write(store, 'a', 'first')
    await store.delete('a')
    expect(await store.put('a', bytes('second'), ifAbsent)).toMatchObject({ outcome: 'written' })
    expect(textOf(await store.get('a'))).toBe('second')
  })

  test('replaces only what has the ETag', async (store) => {
    const first = await write(store, 'a', 'first')
    const second = await write(store, 'a', 'second', ifMatch(first))
    expect(await store.put('a', bytes('late'), ifMatch(first))).toMatchObject({ outcome: 'conflict' })
    expect(textOf(await store.get('a'))).toBe('second')
    await write(store, 'a', 'third', ifMatch(second))
    expect(textOf(await store.get('a'))).toBe('third')
  })

  test('takes the ETags of get and of list for a condition', async (store) => {
    await write(store, 'a', 'first')
    const got = await store.get('a')
    await write(store, 'a', 'second', ifMatch(got.outcome === 'found' ? got.etag : ''))
    for await (const page of store.list('')) {
      for (const { key, etag } of page.objects) await write(store, key, 'third', ifMatch(etag))
    }
    expect(textOf(await store.get('a'))).toBe('third')
  })

  test('replaces nothing where nothing is', async (store) => {
    const etag = await write(store, 'elsewhere', 'body')
    expect(await store.put('a', bytes('body'), ifMatch(etag))).toMatchObject({ outcome: 'conflict' })
    expect(textOf(await store.get('a'))).toBe('missing')
  })

  test('replaces nothing once it is deleted', async (store) => {
    const etag = await write(store, 'a', 'first')
    await store.delete('a')
    expect(await store.put('a', bytes('second'), ifMatch(etag))).toMatchObject({ outcome: 'conflict' })
    expect(textOf(await store.get('a'))).toBe('missing')
  })

  test('matches no ETag of an earlier life of the object', async (store) => {
    const earlier = await write(store, 'a', 'earlier')
    await store.delete('a')
    await write(store, 'a', 'later')
    expect(await store.put('a', bytes('stale'), ifMatch(earlier))).toMatchObject({ outcome: 'conflict' })
    expect(textOf(await store.get('a'))).toBe('later')
  })

  test('goes through a long chain of replacements', async (store) => {
    const etags = [await write(store, 'a', '0')]
    for (let link = 1; link <= 20; link++) etags.push(await write(store, 'a', `${link}`, ifMatch(etags.at(-1) ?? '')))
    for (const stale of etags.slice(0, -1)) {
      expect(await store.put('a', bytes('stale'), ifMatch(stale))).toMatchObject({ outcome: 'conflict' })
    }
    expect(textOf(await store.get('a'))).toBe('20')
  })
}

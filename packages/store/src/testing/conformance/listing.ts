import { listAll } from '../../document.ts'
import type { ObjectStore } from '../../object-store.ts'
import type { Conformance } from './conformance.ts'
import { isBeyondBmp } from './keys.ts'
import { bytes, forEach, write } from './steps.ts'

const KEYS = [
  'jobs/a.json',
  'jobs/b.json',
  'jobs2/c.json',
  'runs/a/1',
  'runs/a/2',
  'runs/b/1',
  'runs/ﬁ/1',
  'runs/🔑/1',
  'z',
]

export function describeListing({ test, expect, options }: Conformance): void {
  const keys = KEYS.filter((key) => options.keysBeyondBmp || !isBeyondBmp(key))
  const from = (first: string): string[] => keys.slice(keys.indexOf(first))
  const runs = keys.filter((key) => key.startsWith('runs/'))
  test('lists nothing where nothing is', async (store) => {
    expect(await keysOf(store, '')).toEqual([])
    expect(await keysOf(store, 'some/where/')).toEqual([])
  })

  test('lists what begins with the prefix, in the order of the UTF-8 bytes', async (store) => {
    await forEach(keys.toReversed(), (key) => write(store, key, key))
    expect(await keysOf(store, '')).toEqual(keys)
    expect(await keysOf(store, 'jobs/')).toEqual(['jobs/a.json', 'jobs/b.json'])
    expect(await keysOf(store, 'jobs')).toEqual(['jobs/a.json', 'jobs/b.json', 'jobs2/c.json'])
    expect(await keysOf(store, 'runs/a/1')).toEqual(['runs/a/1'])
    expect(await keysOf(store, 'runs/a/1/')).toEqual([])
    expect(await keysOf(store, 'runs/ﬁ')).toEqual(['runs/ﬁ/1'])
    expect(await keysOf(store, 'Runs/')).toEqual([])
  })

  test('begins behind startAfter, whether or not that is there', async (store) => {
    await forEach(keys, (key) => write(store, key, key))
    expect(await keysOf(store, '', { startAfter: 'runs/a/2' })).toEqual(from('runs/b/1'))
    expect(await keysOf(store, '', { startAfter: 'runs/a/' })).toEqual(from('runs/a/1'))
    expect(await keysOf(store, 'runs/', { startAfter: 'runs/a/15' })).toEqual(runs.slice(1))
    expect(await keysOf(store, 'runs/', { startAfter: 'a' })).toEqual(runs)
    expect(await keysOf(store, 'runs/', { startAfter: runs.at(-1) ?? '' })).toEqual([])
    expect(await keysOf(store, 'runs/', { startAfter: 'zzz' })).toEqual([])
  })

  test('stops at the limit', async (store) => {
    await forEach(keys, (key) => write(store, key, key))
    for (const limit of [1, 5, keys.length, keys.length + 1]) {
      expect(await keysOf(store, '', { limit })).toEqual(keys.slice(0, limit))
    }
    expect(await keysOf(store, 'runs/', { limit: 2, startAfter: 'runs/a/1' })).toEqual(['runs/a/2', 'runs/b/1'])
  })

  test('tells ETag, size and time of each object', async (store) => {
    const etag = await write(store, 'a', 'twelve bytes')
    const [object] = await listAll(store, '')
    expect(object).toMatchObject({ key: 'a', etag, size: 12 })
    expect(Number.isFinite(object?.lastModified) && Number(object?.lastModified) > Date.UTC(2020)).toBe(true)
  })

  test('sees every write and delete that was answered before', async (store) => {
    await write(store, 'a', 'first')
    const etag = await write(store, 'a', 'second')
    await write(store, 'b', 'b')
    expect((await listAll(store, ''))[0]).toMatchObject({ key: 'a', etag })
    await store.delete('a')
    expect(await keysOf(store, '')).toEqual(['b'])
  })

  test('goes on after a page is full', async (store) => {
    const { pageSize } = options
    const many = Array.from({ length: pageSize + 50 }, (_, index) => `many/${String(index).padStart(5, '0')}`)
    await forEach(many, (key) => store.put(key, bytes(key)))
    await write(store, 'other', 'other')
    const sizes: number[] = []
    for await (const page of store.list('many/')) sizes.push(page.objects.length)
    expect(Math.max(...sizes) <= pageSize).toBe(true)
    expect(await keysOf(store, 'many/')).toEqual(many)
    expect(await keysOf(store, 'many/', { limit: pageSize + 20 })).toEqual(many.slice(0, pageSize + 20))
    expect(await keysOf(store, 'many/', { startAfter: 'many/00019' })).toEqual(many.slice(20))
    await store.delete(many)
    expect(await keysOf(store, '')).toEqual(['other'])
  })

  test('can be left early', async (store) => {
    await forEach(KEYS, (key) => write(store, key, key))
    let first: string | undefined
    for await (const page of store.list('')) {
      first = page.objects[0]?.key
      break
    }
    expect(first).toBe(KEYS[0])
  })
}

async function keysOf(
  store: ObjectStore,
  prefix: string,
  options?: { readonly startAfter?: string; readonly limit?: number },
): Promise<string[]> {
  return (await listAll(store, prefix, options)).map(({ key }) => key)
}

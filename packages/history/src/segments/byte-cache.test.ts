import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { ByteCache } from './byte-cache.ts'

const bytes = (length: number): Uint8Array => new Uint8Array(length)
const kept = (cache: ByteCache, keys: string): string =>
  keys
    .split('')
    .filter((key) => cache.get(key) !== undefined)
    .join('')

it('a cache keeps as many bytes as it may, keys included, and drops the least recently used', () => {
  const cache = new ByteCache(33)
  for (const key of 'abc') cache.set(key, bytes(10))
  expect(kept(cache, 'abc')).toBe('abc')
  cache.get('a')
  cache.set('d', bytes(10))
  expect(kept(cache, 'abcd')).toBe('acd')
  cache.set('e', bytes(20))
  expect(kept(cache, 'acde')).toBe('de')
})

it('a cache takes nothing that is larger than the cache, and forgets what was replaced', () => {
  const cache = new ByteCache(33)
  cache.set('a', bytes(10))
  cache.set('b', bytes(33))
  expect(kept(cache, 'ab')).toBe('a')
  cache.set('a', bytes(33))
  expect(kept(cache, 'a')).toBe('')
  for (let turn = 0; turn < 5; turn += 1) cache.set('a', bytes(30))
  cache.set('c', bytes(1))
  expect(kept(cache, 'ac')).toBe('ac')
  cache.delete('a')
  cache.set('d', bytes(30))
  expect(kept(cache, 'acd')).toBe('cd')
})

it('a cache of no bytes keeps nothing', () => {
  const cache = new ByteCache(0)
  cache.set('a', bytes(0))
  expect(kept(cache, 'a')).toBe('')
})

it('a cache keeps nothing of a larger memory of which the bytes are a part', () => {
  const cache = new ByteCache(10_000)
  const zipped = gzipSync('a body', { level: 6 })
  expect(zipped.buffer.byteLength).toBeGreaterThan(10_000)
  cache.set('a', zipped)
  expect(cache.get('a')).toEqual(new Uint8Array(zipped))
  expect(cache.get('a')?.buffer.byteLength).toBe(zipped.byteLength)
})

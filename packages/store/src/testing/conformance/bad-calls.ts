import { MAX_BODY_BYTES } from '../../body-limit.ts'
import { listAll } from '../../document.ts'
import type { ObjectStore, PutOptions } from '../../object-store.ts'
import type { Conformance } from './conformance.ts'
import { bytes, codeOf, textOf, write } from './steps.ts'

const KEYS: readonly unknown[] = [
  '',
  '/absolute',
  'folder/',
  'a//b',
  '.',
  '..',
  '../outside',
  'a/../../outside',
  'a/./b',
  'line\nbreak',
  'zero\0byte',
  'lone\ud800surrogate',
  'x'.repeat(1025),
  'é'.repeat(513),
  undefined,
  7,
]
const PREFIXES: readonly unknown[] = ['/absolute/', 'a//', '../', 'a/../b', 'zero\0', 'x'.repeat(1025), undefined, 7]

export function describeBadCalls({ test, expect }: Conformance): void {
  test('refuses keys and prefixes that could leave their place or not be kept', async (store) => {
    for (const key of KEYS as readonly string[]) {
      const calls = [store.get(key), store.put(key, bytes('x')), store.delete(['fine', key])]
      expect(await Promise.all(calls.map(codeOf))).toEqual(Array.from(calls, () => 'INVALID_KEY'))
    }
    for (const prefix of PREFIXES as readonly string[]) {
      expect(await codeOf(listAll(store, prefix))).toBe('INVALID_KEY')
    }
    expect(await listAll(store, '')).toEqual([])
  })

  test('refuses all of a deletion when one key is refused', async (store) => {
    await write(store, 'fine', 'body')
    expect(await codeOf(store.delete(['fine', '../outside']))).toBe('INVALID_KEY')
    expect(textOf(await store.get('fine'))).toBe('body')
  })

  test('refuses ranges that name no bytes', async (store) => {
    await write(store, 'a', 'body')
    const ranges = [
      [0, 0],
      [2, 1],
      [-1, 2],
      [0, 1.5],
      [0, Infinity],
    ] as const
    const calls = ranges.map(([start, end]) => codeOf(store.get('a', { range: { start, end } })))
    expect(await Promise.all(calls)).toEqual(Array.from(ranges, () => 'INVALID_RANGE'))
  })

  test('refuses bodies that are too large or not bytes', async (store) => {
    expect(await codeOf(store.put('a', new Uint8Array(MAX_BODY_BYTES + 1)))).toBe('TOO_LARGE')
    expect(await codeOf(store.put('a', 'text' as unknown as Uint8Array))).toBe('INVALID_BODY')
    expect(textOf(await store.get('a'))).toBe('missing')
  })

  test('refuses conditions that would be no condition, and writes nothing', async (store) => {
    await write(store, 'a', 'old')
    const conditions: unknown[] = [
      { ifMatch: undefined },
      { ifMatch: '' },
      { ifAbsent: false },
      { ifNoneMatch: '*' },
      {},
    ]
    const misplaced: unknown[] = [{ ifAbsent: true }, { ifMatch: undefined }]
    const all = [
      ...[...conditions, { ifAbsent: true, ifMatch: 'x' }, null].map((condition) => ({ condition })),
      ...misplaced,
    ]
    const codes = await Promise.all(all.map((options) => codeOf(store.put('a', bytes('new'), options as PutOptions))))
    expect(codes).toEqual(Array.from(all, () => 'INVALID_CONDITION'))
    expect(textOf(await store.get('a'))).toBe('old')
  })

  test('does nothing for a caller that has given up already', async (store) => {
    await write(store, 'a', 'a')
    const reason = new Error('the caller gave up')
    const signal = AbortSignal.abort(reason)
    const calls = callsOf(store, signal).map((call) => call().then(String, (error: unknown) => error === reason))
    expect(await Promise.all(calls)).toEqual([true, true, true, true, true])
    expect(textOf(await store.get('a'))).toBe('a')
    expect(textOf(await store.get('b'))).toBe('missing')
  })

  test('throws the reason, or has done it all, when the caller gives up meanwhile', async (store) => {
    for (let round = 0; round < 20; round++) {
      const reason = new Error('the caller gave up')
      const controller = new AbortController()
      const put = store.put('a', bytes(`round ${round}`), { signal: controller.signal })
      for (let turn = 0; turn < round; turn++) await new Promise((resolve) => setImmediate(resolve))
      controller.abort(reason)
      const ended = await put.then(
        ({ outcome }) => outcome,
        (error: unknown) => error === reason,
      )
      expect(ended === true || ended === 'written').toBe(true)
    }
    await write(store, 'a', 'last')
    expect(textOf(await store.get('a')).startsWith('round') || textOf(await store.get('a')) === 'last').toBe(true)
  })

  test('refuses every call once closed, and closes twice', async (store) => {
    await write(store, 'a', 'a')
    await store.close()
    await store.close()
    for (const call of callsOf(store)) expect(await codeOf(call())).toBe('CLOSED')
  })
}

function callsOf(store: ObjectStore, signal?: AbortSignal): (() => Promise<unknown>)[] {
  return [
    () => store.get('a', { signal }),
    () => store.put('b', bytes('b'), { signal }),
    () => store.put('b', bytes('b'), { signal, condition: { ifAbsent: true } }),
    () => store.delete('a', { signal }),
    () => listAll(store, '', { signal }),
  ]
}

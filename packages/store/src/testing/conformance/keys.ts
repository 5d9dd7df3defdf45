import { listAll } from '../../document.ts'
import { compareKeys } from '../../key-order.ts'
import type { Conformance } from './conformance.ts'
import { forEach, textOf, write } from './steps.ts'

/** Groups of keys that some file system or encoding would merge or refuse. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  'that differ by case': ['Case', 'case', 'CASE', 'dir/Case', 'DIR/case'],
  'with the same letters in other code points': [
    'caf\u00e9',
    'cafe\u0301',
    '\u212b',
    '\u00c5',
    'stra\u00dfe',
    'strasse',
  ],
  'with spaces and signs': [
    'a b',
    'a+b',
    'a%20b',
    'a%2Bb',
    ' lead',
    'trail ',
    'a&b=c',
    "it's",
    '(x)',
    'a*b',
    'a:b',
    'a;b',
  ],
  'with the marks of XML and shells': [
    '<key>',
    'a"b',
    '$HOME',
    '`x`',
    'a|b',
    'a?b#c',
    '[x]',
    '{x}',
    '^x',
    '~x',
    'x~',
    '@',
  ],
  'with dots': ['.hidden', 'trailing.', 'a..b', 'dots.../x', '....', 'x.json', 'x.json.tmp'],
  'named as devices elsewhere': ['con', 'nul.txt', 'aux/prn', 'COM1'],
  'of many scripts': ['日本語', 'ключ', 'مفتاح', '🔑', 'a🔑/b🔒', 'ﬁ'],
  'of many levels': ['a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p', 'a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/q'],
  'with long segments': [79, 80, 81, 160, 200].flatMap((length) => ['x'.repeat(length), `${'x'.repeat(length)}/y`]),
  'of 1,024 bytes': [`${'long-segment/'.repeat(78)}0123456789`, `${'é'.repeat(50)}/`.repeat(10) + 'x'.repeat(14)],
}

/** True for a key with a character that UTF-16 writes as two units. */
export function isBeyondBmp(key: string): boolean {
  return /[\u{10000}-\u{10ffff}]/u.test(key)
}

export function describeKeys({ test, expect, options }: Conformance): void {
  for (const [what, group] of Object.entries(GROUPS)) {
    const keys = group.filter(
      (key) =>
        (options.keysBelowKeys || !group.some((other) => key.startsWith(`${other}/`))) &&
        (options.keysBeyondBmp || !isBeyondBmp(key)),
    )
    test(`keeps apart keys ${what}`, async (store) => {
      await forEach(keys, (key) => write(store, key, `body of ${key}`))
      for (const key of keys) expect(textOf(await store.get(key))).toBe(`body of ${key}`)
      const sorted = keys.toSorted(compareKeys)
      expect((await listAll(store, '')).map(({ key }) => key)).toEqual(sorted)
      for (const [index, key] of sorted.entries()) {
        expect((await listAll(store, '', { startAfter: key })).map((object) => object.key)).toEqual(
          sorted.slice(index + 1),
        )
      }
      await store.delete(sorted.slice(1))
      expect((await listAll(store, '')).map(({ key }) => key)).toEqual(sorted.slice(0, 1))
    })
  }

  if (options.keysBelowKeys) {
    test('takes a key that is the folder of others', async (store) => {
      const keys = ['a', 'a-b', 'a.b', 'a/b', 'a/b/c', 'a0']
      for (const key of keys.toReversed()) await write(store, key, key)
      expect((await listAll(store, '')).map(({ key }) => key)).toEqual(keys)
      expect((await listAll(store, 'a/')).map(({ key }) => key)).toEqual(['a/b', 'a/b/c'])
      await store.delete('a')
      expect(textOf(await store.get('a/b'))).toBe('a/b')
    })
  }
}

import { anyCharacter } from '@s3sched-tooling/vitest/any-character'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isBoundedJson, toBoundedJson } from './bounded-json.ts'

/** A reviver that omits a `__proto__` key, because assigning such a key sets a prototype. */
function withoutPrototypes(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== '__proto__'))
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))

describe('a value that fits', () => {
  it('is what JSON makes of it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(toBoundedJson(value)).toEqual(JSON.parse(JSON.stringify(value), withoutPrototypes))
      }),
    )
  })

  it.each<[string, unknown, unknown]>([
    ['nothing', undefined, null],
    ['a function', () => 1, null],
    ['a number that JSON lacks', [Number.NaN, Infinity], [null, null]],
    ['a BigInt', 12n, '12'],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['a Map', new Map([['a', 1]]), [['a', 1]]],
    ['a Set', new Set([1, 2]), [1, 2]],
    ['an error', Object.assign(new Error('no'), { code: 'X' }), { name: 'Error', message: 'no', code: 'X' }],
    ['bytes', Buffer.alloc(5), '[Buffer of 5 bytes]'],
    ['fields that JSON leaves out', { a: undefined, b: () => 1, c: 1 }, { c: 1 }],
    ['holes', [undefined, () => 1], [null, null]],
    ['a field that would be a prototype', JSON.parse('{"__proto__": {"x": 1}, "a": 1}'), { a: 1 }],
  ])('as %s', (_, value, json) => {
    expect(toBoundedJson(value)).toEqual(json)
  })

  it('may hold itself, or the same thing twice', () => {
    const shared = { x: 1 }
    const cyclic: Record<string, unknown> = { shared, again: shared }
    cyclic['self'] = cyclic
    expect(toBoundedJson(cyclic)).toEqual({ shared: { x: 1 }, again: { x: 1 }, self: '[circular]' })
  })

  it('may throw when it is looked at', () => {
    const hostile = {
      fine: 1,
      get bad(): never {
        throw new Error('not today')
      },
      json: {
        toJSON: () => {
          throw new Error('no JSON')
        },
      },
    }
    expect(toBoundedJson(hostile)).toEqual({
      fine: 1,
      bad: '[unreadable: not today]',
      json: '[unreadable: no JSON]',
    })
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(toBoundedJson(proxy)).toMatch(/^\[unreadable: /)
  })

  it('may be deeper than any stack', () => {
    let deep: unknown = 1
    for (let level = 0; level < 100_000; level++) deep = [deep]
    expect(JSON.stringify(toBoundedJson(deep))).toContain('[too deep]')
  })
})

describe('a value that is too large', () => {
  it('is cut with a marker that says how much is missing', () => {
    expect(toBoundedJson('x'.repeat(1000), 100)).toMatch(/^x+… \[cut: 9\d\d more characters\]$/)
    expect(
      toBoundedJson(
        Array.from({ length: 1000 }, () => 'item'),
        100,
      ),
    ).toContainEqual(expect.stringMatching(/^… \[cut: 99\d more items\]$/))
    const wide = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`field${n}`, n]))
    expect(toBoundedJson(wide, 200)).toMatchObject({
      field0: 0,
      '…': expect.stringMatching(/^cut: 9\d\d more fields$/),
    })
  })

  it.each<[string, new (items: Iterable<[number, number]>) => Iterable<unknown>]>([
    ['Map', Map],
    ['Set', Set],
  ])('is read as far as it fits, also as a %s', (_, Type) => {
    let read = 0
    class Counted extends Type {
      override *[Symbol.iterator](): Iterator<unknown> {
        for (const item of { [Symbol.iterator]: () => super[Symbol.iterator]() }) {
          read++
          yield item
        }
      }
    }
    const cache = new Counted(Array.from({ length: 10_000 }, (__, index): [number, number] => [index, index]))
    const json = toBoundedJson(cache, 1000) as unknown[]
    expect(json.slice(0, 2)).toEqual([
      [0, 0],
      [1, 1],
    ])
    expect(json.at(-1)).toBe(`… [cut: ${10_000 - (json.length - 1)} more items]`)
    expect(read).toBeLessThan(2000)
  })

  it('never takes more bytes than it may, whatever it is', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
    })
    const text = fc.string({ unit: anyCharacter, maxLength: 300 })
    fc.assert(
      fc.property(
        fc.oneof(anything, text, fc.array(text), fc.dictionary(text, text)),
        fc.integer({ min: 64, max: 500 }),
        (value, max) => {
          expect(bytesOf(toBoundedJson(value, max))).toBeLessThanOrEqual(max)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('keeps a small field that stands after a huge one', () => {
    expect(toBoundedJson({ stdout: 'x'.repeat(1_000_000), exitCode: 1 }, 1000)).toMatchObject({ exitCode: 1 })
  })

  it('never ends in half a character', () => {
    for (let max = 64; max < 80; max++) {
      expect((toBoundedJson('😀'.repeat(100), max) as string).isWellFormed()).toBe(true)
    }
  })
})

it.each([0, 63, 100.5, Number.NaN])('refuses %s as a bound', (maxBytes) => {
  expect(() => toBoundedJson({}, maxBytes)).toThrow(/expected maxBytes to be an integer >= 64, got/)
})

describe('what is bounded JSON already', () => {
  const plain = { text: 'ä "quoted"', list: [1, -0.5, null, true, { deep: [] }], absent: undefined }

  it('is plain JSON up to the bound', () => {
    const bytes = Buffer.byteLength(JSON.stringify(plain))
    expect(isBoundedJson(plain, bytes + 8)).toBe(true)
    expect(isBoundedJson(plain, bytes - 1)).toBe(false)
  })

  it('is nothing that would change', () => {
    const cycle: Record<string, unknown> = {}
    cycle['self'] = cycle
    const getter = {
      get broken() {
        throw new Error('no')
      },
    }
    const others = [
      1n,
      Number.NaN,
      new Map(),
      new Date(),
      Object.create({ inherited: 1 }),
      () => 1,
      [undefined],
      cycle,
      getter,
    ]
    for (const other of [...others, { toJSON: () => 1 }, JSON.parse('{"__proto__":1}')]) {
      expect(isBoundedJson({ other }, 65_536)).toBe(false)
    }
  })

  it('comes back from a copy unchanged', () => {
    const isLeftAlone = (value: unknown): boolean =>
      JSON.stringify(toBoundedJson(value)) === JSON.stringify(JSON.parse(JSON.stringify(value)))
    expect(() =>
      fc.assert(fc.property(fc.anything(), (value) => !isBoundedJson(value, 65_536) || isLeftAlone(value))),
    ).not.toThrow()
  })
})

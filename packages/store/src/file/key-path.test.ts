import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compareKeys } from '../key-order.ts'
import { checkKey } from '../object-key.ts'
import { folderPath, keyOf, objectPath, orderOf } from './key-path.ts'

function isKey(text: string): boolean {
  try {
    checkKey(text)
    return true
  } catch {
    return false
  }
}

const character = fc.oneof(
  fc.constantFrom(...'aAzZ09 !-.%/:=@[]^_`{|}~é'.split('')),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
)
const key = fc
  .oneof(
    fc.array(character, { minLength: 1, maxLength: 40 }).map((characters) => characters.join('')),
    fc.tuple(fc.integer({ min: 70, max: 170 }), character).map(([length, last]) => 'x'.repeat(length) + last),
  )
  .filter(isKey)

it('gives every key a path of its own that says which key it is', () => {
  fc.assert(
    fc.property(key, (one) => {
      expect(keyOf(orderOf(one))).toBe(one)
      for (const name of objectPath(one)) expect(name).toMatch(/^[a-z0-9._`%=^{}-]*[@+~]$/)
    }),
  )
  fc.assert(
    fc.property(key, key, (one, other) => {
      expect(objectPath(one).join('/') === objectPath(other).join('/')).toBe(one === other)
    }),
  )
})

it('keeps the order of the keys', () => {
  fc.assert(
    fc.property(key, key, (one, other) => {
      const [a, b] = [orderOf(one), orderOf(other)]
      expect(a < b ? -1 : Number(a > b)).toBe(Math.sign(compareKeys(one, other)))
    }),
  )
})

it('finds the folder in which every key with a prefix lies', () => {
  fc.assert(
    fc.property(key, fc.nat(), (one, cut) => {
      const characters = Array.from(one)
      const { folders, rest } = folderPath(characters.slice(0, cut % (characters.length + 1)).join(''))
      const path = objectPath(one)
      expect(path.slice(0, folders.length)).toEqual(folders)
      expect(path[folders.length]?.startsWith(rest)).toBe(true)
    }),
  )
})

it('has names of at most 255 bytes, and leaves no key to its neighbour', () => {
  for (const worst of ['A', '^', '[', '%', 'é', '🔑', 'x']) {
    const longest = worst.repeat(Math.floor(1024 / Buffer.byteLength(worst)))
    for (const name of objectPath(longest)) expect(Buffer.byteLength(name) <= 255).toBe(true)
    expect(keyOf(orderOf(longest))).toBe(longest)
  }
})

it('takes no foreign name for a key', () => {
  for (const name of ['A', '%41', '^{a', '=', 'a b', '%2', '^1', '}7a', '%2d']) expect(keyOf(name)).toBe(undefined)
})

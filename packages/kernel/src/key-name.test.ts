import { expect, it } from 'vitest'
import { isKeyName } from './key-name.ts'

it.each(['a', 'A-b_c.d', '...', '.a', 'x'.repeat(128)])('accepts %s', (name) => {
  expect(isKeyName(name)).toBe(true)
})

it.each(['', '.', '..', 'a/b', 'a b', 'é', 'a\n', 'x'.repeat(129), 1, null, undefined])('refuses %j', (name) => {
  expect(isKeyName(name)).toBe(false)
})

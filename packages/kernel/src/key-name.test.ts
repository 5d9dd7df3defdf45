import { expect, it } from 'vitest'
import { KEY_NAME } from './key-name.ts'

it.each(['a', 'A-b_c.d', '...', '.a', 'x'.repeat(128)])('accepts %s', (name) => {
  expect(KEY_NAME.test(name)).toBe(true)
})

it.each(['', '.', '..', 'a/b', 'a b', 'é', 'a\n', 'x'.repeat(129)])('refuses %j', (name) => {
  expect(KEY_NAME.test(name)).toBe(false)
})

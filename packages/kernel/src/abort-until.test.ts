import { expect, it } from 'vitest'
import { onAbortUntil } from './abort-until.ts'

it('calls the listener at the abort, once', () => {
  const [source, until] = [new AbortController(), new AbortController()]
  let calls = 0
  onAbortUntil(source.signal, until.signal, () => void calls++)
  source.abort()
  until.abort()
  expect(calls).toBe(1)
})

it('calls nothing after the end', () => {
  const [source, until] = [new AbortController(), new AbortController()]
  let calls = 0
  onAbortUntil(source.signal, until.signal, () => void calls++)
  until.abort()
  onAbortUntil(source.signal, until.signal, () => void calls++)
  source.abort()
  expect(calls).toBe(0)
})

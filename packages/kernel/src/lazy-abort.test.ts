import { expect, it, vi } from 'vitest'
import { LazyAbort } from './lazy-abort.ts'

it('calls each listener once, and keeps the first reason', () => {
  const ending = new LazyAbort()
  const listener = vi.fn<() => void>()
  ending.add(listener)
  ending.add(listener)
  ending.abort('first')
  ending.abort('second')
  ending.add(listener)
  expect(listener).toHaveBeenCalledTimes(1)
  expect(ending.reason).toBe('first')
  expect(() => ending.throwIfAborted()).toThrow('first')
})

it('does not call a listener that was taken away, not even during the calls of others', () => {
  const ending = new LazyAbort()
  const [gone, other] = [vi.fn<() => void>(), vi.fn<() => void>()]
  ending.add(gone)
  ending.add(() => ending.delete(other))
  ending.add(other)
  ending.delete(gone)
  ending.abort('over')
  expect(gone).not.toHaveBeenCalled()
  expect(other).not.toHaveBeenCalled()
})

it('has one signal, which follows whether it is asked for before the abort or after', () => {
  const [before, after] = [new LazyAbort(), new LazyAbort()]
  const { signal } = before
  before.abort('over')
  after.abort('over')
  expect(before.signal).toBe(signal)
  for (const { signal: each } of [before, after]) {
    expect(each.aborted).toBe(true)
    expect(each.reason).toBe('over')
  }
})

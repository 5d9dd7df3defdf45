import { getEventListeners } from 'node:events'
import { expect, it, vi } from 'vitest'
import { addAbortListener, removeAbortListener } from './abort-listeners.ts'

it('calls each listener once, in the order of their addition', () => {
  const controller = new AbortController()
  const calls: string[] = []
  const first = (): void => void calls.push('first')
  addAbortListener(controller.signal, first)
  addAbortListener(controller.signal, () => void calls.push('second'))
  addAbortListener(controller.signal, first)
  controller.abort('over')
  controller.abort('again')
  expect(calls).toEqual(['first', 'second'])
})

it('does not call a listener that was taken away, not even during the calls of others', () => {
  const controller = new AbortController()
  const { signal } = controller
  const [gone, other] = [vi.fn<() => void>(), vi.fn<() => void>()]
  addAbortListener(signal, () => removeAbortListener(signal, other))
  addAbortListener(signal, gone)
  addAbortListener(signal, other)
  removeAbortListener(signal, gone)
  controller.abort('over')
  expect(gone).not.toHaveBeenCalled()
  expect(other).not.toHaveBeenCalled()
})

it('has one listener at the signal for any number of them, and none without any', () => {
  const { signal } = new AbortController()
  const many = Array.from({ length: 1000 }, () => () => undefined)
  for (const each of many) addAbortListener(signal, each)
  expect(getEventListeners(signal, 'abort')).toHaveLength(1)
  for (const each of many) removeAbortListener(signal, each)
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})

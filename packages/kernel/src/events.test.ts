import { once } from 'node:events'
import { beforeEach, expect, it, vi } from 'vitest'
import { TypedEmitter } from './events.ts'
import { settle } from './testing/index.ts'

interface Events {
  readonly tick: { readonly at: number }
  readonly stop: string
}

const onListenerError = vi.fn<(error: unknown, event: string) => void>()
let emitter: TypedEmitter<Events>
beforeEach(() => {
  onListenerError.mockReset()
  emitter = new TypedEmitter<Events>({ tick: true, stop: true }, onListenerError)
})

it('calls the listeners of the event in the order of their registration', () => {
  const seen: string[] = []
  emitter.on('tick', ({ at }) => seen.push(`first ${at}`)).on('tick', ({ at }) => seen.push(`second ${at}`))
  emitter.on('stop', () => seen.push('stop'))
  emitter.emit('tick', { at: 1 })
  expect(seen).toEqual(['first 1', 'second 1'])
})

it.each(['on', 'once'] as const)('%s refuses a listener that is no function, and names it', (add) => {
  expect(() => emitter[add]('stop', 3 as never)).toThrow("expected the listener of 'stop' to be a function, got 3")
  expect(emitter.listenerCount('stop')).toBe(0)
})

it('adds the same listener only once', () => {
  const listener = vi.fn<() => void>()
  emitter.on('stop', listener).on('stop', listener)
  emitter.emit('stop', 'now')
  expect(listener).toHaveBeenCalledOnce()
  expect(emitter.listenerCount('stop')).toBe(1)
})

it('calls a once-listener once, even when it emits the event again itself', () => {
  const listener = vi.fn<(reason: string) => void>(() => emitter.emit('stop', 'again'))
  emitter.once('stop', listener)
  emitter.emit('stop', 'now')
  expect(listener.mock.calls).toEqual([['now']])
  expect(emitter.listenerCount('stop')).toBe(0)
})

it('removes listeners, once-listeners too', () => {
  const listener = vi.fn<() => void>()
  emitter.on('stop', listener).off('stop', listener)
  emitter.once('stop', listener).off('stop', listener)
  emitter.emit('stop', 'now')
  expect(listener).not.toHaveBeenCalled()
})

it('calls whoever was there when the event began', () => {
  const late = vi.fn<() => void>()
  const leaving = vi.fn<() => void>()
  emitter.on('stop', () => emitter.on('stop', late).off('stop', leaving)).on('stop', leaving)
  emitter.emit('stop', 'now')
  expect(late).not.toHaveBeenCalled()
  expect(leaving).toHaveBeenCalledOnce()
})

it('reports a listener that throws and calls the others all the same', () => {
  const other = vi.fn<() => void>()
  const error = new Error('listener')
  emitter
    .on('stop', () => {
      throw error
    })
    .on('stop', other)
  emitter.emit('stop', 'now')
  expect(other).toHaveBeenCalledOnce()
  expect(onListenerError.mock.calls).toEqual([[error, 'stop']])
})

it('reports a listener whose promise rejects', async () => {
  const error = new Error('listener')
  emitter.on('stop', () => Promise.reject(error))
  emitter.emit('stop', 'now')
  await settle()
  expect(onListenerError.mock.calls).toEqual([[error, 'stop']])
})

it('has nothing to do for an event that nobody listens to', () => {
  emitter.emit('tick', { at: 1 })
  expect(emitter.listenerCount('tick')).toBe(0)
})

it.each(['on', 'once', 'off'] as const)('%s refuses an unknown event, and gives the nearest name', (method) => {
  const call = (event: unknown) => () => emitter[method](event as 'tick', () => undefined)
  const code = 'INVALID_ARGUMENT'
  expect(call('stpo')).toThrow(
    expect.objectContaining({ code, message: `expected the name of an event, got "stpo". Did you mean 'stop'?` }),
  )
  expect(call('toString')).toThrow(`expected the name of an event, got "toString". Known are tick, stop`)
  expect(call(undefined)).toThrow('expected the name of an event, got undefined. Known are tick, stop')
  expect(call(Symbol('tick'))).toThrow('expected the name of an event, got Symbol(tick). Known are tick, stop')
})

it('is heard by `events.once` of Node.js, which listens to `error` too', async () => {
  const heard = once(emitter as never, 'stop')
  emitter.emit('stop', 'now')
  expect(await heard).toEqual(['now'])
})

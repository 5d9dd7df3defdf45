import fc from 'fast-check'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { S3SchedError } from './error.ts'
import { serializeError } from './serialized-error.ts'

describe('an error', () => {
  it('keeps its name, message, code, stack, cause and own fields', () => {
    const error = Object.assign(new TypeError('no', { cause: new Error('why') }), { code: 'E1', path: '/x' })
    expect(serializeError(error)).toEqual({
      name: 'TypeError',
      message: 'no',
      code: 'E1',
      stack: error.stack,
      cause: { name: 'Error', message: 'why', stack: expect.any(String) },
      details: { path: '/x' },
    })
  })

  it('of ours says whether it is retriable, and its context', () => {
    const error = new S3SchedError('no', { code: 'X', retriable: true, context: { key: 'a' } })
    expect(serializeError(error)).toMatchObject({ code: 'X', retriable: true, details: { context: { key: 'a' } } })
  })

  it('with a name or a message that is no text is an error all the same', () => {
    const error = Object.assign(new Error(), { name: 404, message: { reason: 'gone' } })
    expect(serializeError(error)).toMatchObject({ name: '404', message: '{"reason":"gone"}' })
    expect(serializeError(Object.assign(new Error('x'), { name: undefined }))).toMatchObject({
      name: 'Error',
      message: 'x',
    })
  })

  it('of another realm is an error all the same', () => {
    expect(serializeError(runInNewContext('new RangeError("far")'))).toMatchObject({
      name: 'RangeError',
      message: 'far',
    })
  })

  it('with many errors keeps the first of them', () => {
    const many = new AggregateError(
      Array.from({ length: 50 }, (_, n) => new Error(`e${n}`)),
      'all',
    )
    expect(serializeError(many).errors).toHaveLength(16)
  })

  it('may cause itself, and may throw when it is looked at', () => {
    const loop = new Error('loop')
    loop.cause = loop
    expect(serializeError(loop)).not.toHaveProperty('cause')
    const trap = (): never => {
      throw new Error('keep out')
    }
    const hostile = new Proxy(new Error('x'), { get: trap, has: trap, ownKeys: trap, getPrototypeOf: trap })
    expect(serializeError(hostile)).toMatchObject({ name: '[unreadable]', message: '[unreadable]' })
  })

  it('never takes more bytes than it may, and keeps the beginning of its message', () => {
    const long = new Error('m'.repeat(1_000_000), { cause: new Error('c'.repeat(1_000_000)) })
    const kept = serializeError(long, 2048)
    expect(Buffer.byteLength(JSON.stringify(kept))).toBeLessThanOrEqual(2048)
    expect(kept.message).toMatch(/^mmm/)
  })
})

it.each<[string, unknown, string]>([
  ['a string', 'no', 'no'],
  ['undefined', undefined, 'undefined was thrown, which is not an error'],
  ['null', null, 'null was thrown, which is not an error'],
  ['a number', 7, 'number 7 was thrown, which is not an error'],
])('takes %s that was thrown', (_, thrown, message) => {
  expect(serializeError(thrown)).toMatchObject({ name: 'NotAnError', message })
})

it('takes anything that was thrown', () => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), (thrown) => {
      expect(typeof serializeError(thrown).message).toBe('string')
    }),
  )
})

import { describe, expect, it } from 'vitest'
import { StoreError } from '../store-error.ts'
import { afterPut, afterRead, FIRST_TRY, type PutState } from './conditional-put.ts'

const error = new StoreError('reset', { code: 'NETWORK', retriable: true })
const denied = new StoreError('denied', { code: 'ACCESS_DENIED' })
const unclean: PutState = { ...FIRST_TRY, unclean: true, trouble: error }
const create = { ifAbsent: true } as const
const update = { ifMatch: '"old"' } as const

describe('after a put', () => {
  it('believes success, also after trouble', () => {
    const result = { outcome: 'written', etag: '"e"', serverTime: 5 }
    for (const state of [FIRST_TRY, unclean]) {
      expect(afterPut(state, { kind: 'written', etag: '"e"', serverTime: 5 }).step).toEqual({ do: 'return', result })
    }
  })

  it('believes a refusal of the first and only try', () => {
    const { step } = afterPut(FIRST_TRY, { kind: 'refused', sure: true, serverTime: 5 })
    expect(step).toEqual({ do: 'return', result: { outcome: 'conflict', serverTime: 5 } })
  })

  it('reads back before it believes a refusal, when an earlier try may have landed', () => {
    expect(afterPut(unclean, { kind: 'refused', sure: true }).step).toEqual({ do: 'read', backOff: false })
  })

  it('reads back before it believes a refusal, when the client may have tried twice', () => {
    const { state, step } = afterPut(FIRST_TRY, { kind: 'refused', sure: false })
    expect(step).toEqual({ do: 'read', backOff: false })
    // The first try may land after the read: the next refusal is not trusted either.
    expect(state.unclean).toBe(true)
  })

  it('puts again after a 409, which decides nothing', () => {
    const { state, step } = afterPut(FIRST_TRY, { kind: 'raced', sure: true, error })
    expect(step).toEqual({ do: 'put', backOff: true })
    expect(state.unclean).toBe(false)
    expect(afterPut(unclean, { kind: 'raced', sure: true, error }).state.unclean).toBe(true)
  })

  it('puts again after it was throttled, and trusts no refusal from then on', () => {
    const { state, step } = afterPut(FIRST_TRY, { kind: 'throttled', error })
    expect(step).toEqual({ do: 'put', backOff: true })
    expect(state.unclean).toBe(true)
    expect([FIRST_TRY.throttled, state.throttled]).toEqual([false, true])
  })

  it('reads back when it got no answer', () => {
    const { state, step } = afterPut(FIRST_TRY, { kind: 'unclean', error })
    expect(step).toEqual({ do: 'read', backOff: true })
    expect(state).toMatchObject({ unclean: true, trouble: error })
  })

  it('throws what would fail again, but only when nothing may have landed', () => {
    expect(afterPut(FIRST_TRY, { kind: 'failed', sure: true, error: denied }).step).toEqual({
      do: 'throw',
      error: denied,
    })
    expect(afterPut(unclean, { kind: 'failed', sure: true, error: denied }).step).toEqual({
      do: 'return',
      result: { outcome: 'unknown', cause: denied },
    })
  })
})

describe('after a client that retried by itself', () => {
  it('trusts no refusal that follows a 409', () => {
    const { state, step } = afterPut(FIRST_TRY, { kind: 'raced', sure: false, error })
    expect(step).toEqual({ do: 'put', backOff: true })
    expect(afterPut(state, { kind: 'refused', sure: true }).step).toEqual({ do: 'read', backOff: false })
  })

  it('does not throw what would fail again: an earlier try may have landed', () => {
    expect(afterPut(FIRST_TRY, { kind: 'failed', sure: false, error: denied }).step).toEqual({
      do: 'return',
      result: { outcome: 'unknown', cause: denied },
    })
  })
})

describe('after reading back', () => {
  it('has written when the bytes are its own', () => {
    expect(afterRead(unclean, create, { kind: 'same', etag: '"e"', serverTime: 5 }).step).toEqual({
      do: 'return',
      result: { outcome: 'written', etag: '"e"', serverTime: 5 },
    })
  })

  it('puts the same bytes again while the object is as the condition expects', () => {
    expect(afterRead(unclean, update, { kind: 'expected' }).step).toEqual({ do: 'put', backOff: false })
  })

  it('lost when the object is something else', () => {
    expect(afterRead(unclean, update, { kind: 'other', serverTime: 5 }).step).toEqual({
      do: 'return',
      result: { outcome: 'conflict', serverTime: 5 },
    })
  })

  it('reads again when the read fails, and gives up when it would fail again', () => {
    expect(afterRead(unclean, create, { kind: 'trouble', error }).step).toEqual({ do: 'read', backOff: true })
    expect(afterRead(unclean, create, { kind: 'failed', error: denied }).step).toEqual({
      do: 'return',
      result: { outcome: 'unknown', cause: denied },
    })
  })

  it('trusts no refusal after a read that failed: an earlier try may still have landed', () => {
    const reset = new StoreError('reset again', { code: 'NETWORK', retriable: true })
    const { state } = afterRead(unclean, create, { kind: 'trouble', error: reset })
    expect(state).toEqual({ ...unclean, trouble: reset })
    expect(afterPut(state, { kind: 'refused', sure: true }).step).toEqual({ do: 'read', backOff: false })
  })

  it('holds lost answers against no server: each contradiction is a refusal of its own', () => {
    let state = afterPut(FIRST_TRY, { kind: 'refused', sure: false }).state
    state = afterRead(state, update, { kind: 'expected' }).state
    for (let round = 0; round < 10; round++) {
      state = afterPut(state, { kind: 'unclean', error }).state
      const decision = afterRead(state, update, { kind: 'expected' })
      expect(decision.step).toEqual({ do: 'put', backOff: false })
      state = decision.state
    }
  })

  it('rejects a server that refuses thrice the ETag that the object has', () => {
    let state = FIRST_TRY
    const steps: string[] = []
    for (let round = 0; round < 3; round++) {
      state = afterPut(state, { kind: 'refused', sure: false }).state
      const decision = afterRead(state, update, { kind: 'expected' })
      steps.push(decision.step.do)
      state = decision.state
    }
    expect(steps).toEqual(['put', 'put', 'reject'])
  })

  it('backs off, and rejects nobody, when others create and delete the object', () => {
    let state = FIRST_TRY
    for (let round = 0; round < 10; round++) {
      state = afterPut(state, { kind: 'refused', sure: false }).state
      const decision = afterRead(state, create, { kind: 'expected' })
      expect(decision.step).toEqual({ do: 'put', backOff: true })
      state = decision.state
    }
  })
})

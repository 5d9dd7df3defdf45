import { describe, expect, it } from 'vitest'
import { NEVER_BLOCKED, noteBlock, patienceMs, yieldLeftMs } from './decide-yield.ts'

const MINUTE = 60_000
const first = noteBlock(NEVER_BLOCKED, { at: 1000, blockedMs: 8000, ttlMs: 6000 })

describe('an instance that was blocked', () => {
  it('stands back for ten minutes, or for ten ttls where that is longer', () => {
    expect(yieldLeftMs(first, 1000)).toBe(10 * MINUTE)
    expect(yieldLeftMs(first, 1000 + 10 * MINUTE)).toBe(0)
    const slow = noteBlock(NEVER_BLOCKED, { at: 0, blockedMs: 60_000, ttlMs: 90_000 })
    expect(yieldLeftMs(slow, 0)).toBe(15 * MINUTE)
  })

  it('stands back twice as long after each further block, up to four hours', () => {
    let state = first
    for (const expected of [20, 40, 80, 160, 240, 240]) {
      state = noteBlock(state, { at: state.until + 1, blockedMs: 3000, ttlMs: 6000 })
      expect(state.yieldMs).toBe(expected * MINUTE)
    }
  })

  it('forgets its blocks after as long a time without one', () => {
    const last = first.until + first.yieldMs
    expect(noteBlock(first, { at: last, blockedMs: 3000, ttlMs: 6000 })).toMatchObject({ blocks: 2, longestMs: 8000 })
    const at = last + 1
    expect(noteBlock(first, { at, blockedMs: 3000, ttlMs: 6000 })).toMatchObject({ blocks: 1, longestMs: 3000 })
  })

  it('gives a silent holder one and a half times its own longest block, as long as it stands back', () => {
    const second = noteBlock(first, { at: 20_000, blockedMs: 3000, ttlMs: 6000 })
    expect(patienceMs(second, 20_000)).toBe(12_000)
    expect(patienceMs(second, second.until)).toBe(0)
    expect(patienceMs(NEVER_BLOCKED, 0)).toBe(0)
  })
})

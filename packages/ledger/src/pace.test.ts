import { describe, expect, it } from 'vitest'
import { afterCommit, UNPACED, type Pace } from './pace.ts'

const after = (pace: Pace, commits: number, isThrottled: boolean): Pace => {
  let now = pace
  for (let commit = 0; commit < commits; commit++) now = afterCommit(now, isThrottled)
  return now
}

describe('the pace of a page', () => {
  it('knows no gap without throttling', () => {
    expect(after(UNPACED, 100, false)).toBe(UNPACED)
  })

  it('slows down to one commit a second, and no further', () => {
    const gaps = [1, 2, 3, 4, 50].map((commits) => after(UNPACED, commits, true).gapMs)
    expect(gaps).toEqual([250, 500, 1000, 1000, 1000])
  })

  it("stays at a server's limit of one write a second nine times of ten", () => {
    let pace = after(UNPACED, 3, true)
    let throttled = 0
    for (let commit = 0; commit < 1000; commit++) {
      const isThrottled = pace.gapMs < 1000
      if (isThrottled) throttled++
      pace = afterCommit(pace, isThrottled)
    }
    expect(throttled).toBeLessThan(100)
  })

  it('recovers within 150 calm commits', () => {
    expect(after(after(UNPACED, 9, true), 150, false)).toEqual(UNPACED)
  })

  it('keeps a gap of 50 ms, and no shorter one', () => {
    expect(afterCommit({ gapMs: 62.5, calm: 9 }, false)).toEqual({ gapMs: 50, calm: 0 })
    expect(afterCommit({ gapMs: 62, calm: 9 }, false)).toEqual(UNPACED)
  })
})

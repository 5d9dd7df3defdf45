import { describe, expect, it } from 'vitest'
import { isOverdue, noticeOf, type LeaderWait } from './leader-wait.ts'

const NOW = Date.UTC(2026, 0, 5, 12)
const self = { host: 'web-1', pid: 7, workerId: 'me' }
const wait: LeaderWait = {
  holder: 'other',
  epoch: 3,
  process: { host: 'web-2', pid: 9 },
  liveness: 'unknown',
  ttlMs: 90_000,
  silentMs: 12_000,
  leadsInMs: 90_000,
}

describe('a wait for a leader', () => {
  it('names the holder, its silence, and when this instance leads at the latest', () => {
    expect(noticeOf(wait, self, NOW)).toEqual({
      level: 'info',
      message:
        "'other' (pid 9 on web-2) leads in epoch 3, last heard of 12 s ago; " +
        'unless it is heard of again, this instance leads at 2026-01-05T12:01:30.000Z at the latest',
    })
  })

  it.each([
    ['the holder is overdue', { silentMs: 46_000 }],
    ['a container of the same name holds the lease', { process: { host: 'web-1', pid: 7 } }],
    ['an instance of the same name holds the lease', { holder: 'me' }],
  ])('is a warning where %s', (_, more) => {
    expect(noticeOf({ ...wait, ...more }, self, NOW).level).toBe('warn')
  })

  it.each(['here', 'self'] as const)('is no warning where the holder is known to live: %s', (liveness) => {
    expect(noticeOf({ ...wait, process: { host: 'web-1', pid: 8 }, liveness }, self, NOW).level).toBe('info')
  })

  it('takes a holder for overdue after half a ttl', () => {
    expect([isOverdue({ silentMs: 45_000, ttlMs: 90_000 }), isOverdue({ silentMs: 45_001, ttlMs: 90_000 })]).toEqual([
      false,
      true,
    ])
  })
})

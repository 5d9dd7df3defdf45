import { describe, expect, it } from 'vitest'
import { livenessOf, parseProcessMark, type HostProbe, type PidSight, type ProcessMark } from './process-mark.ts'

const realm = 'boot-1 pid:[1] time:[1]'
const self: ProcessMark = { host: 'web-1', pid: 1, proof: { realm, startedAt: '500' } }
const other: ProcessMark = { ...self, pid: 42, proof: { realm, startedAt: '100' } }

function seeing(sight: PidSight, as: ProcessMark = self): HostProbe {
  return { self: () => as, look: () => sight }
}

describe('a process of this host', () => {
  it('is gone when nobody has its id', () => {
    expect(livenessOf(other, seeing({ kind: 'free' }))).toBe('gone')
  })

  it('is gone when its id belongs to a process that started at another moment', () => {
    expect(livenessOf(other, seeing({ kind: 'used', startedAt: '101' }))).toBe('gone')
    expect(livenessOf({ ...self, proof: { realm, startedAt: '499' } }, seeing({ kind: 'unknown' }))).toBe('gone')
  })

  it('is here when its id and its start are as they were', () => {
    expect(livenessOf(other, seeing({ kind: 'used', startedAt: '100' }))).toBe('here')
  })

  it('is not known to be gone while nobody may see it', () => {
    expect(livenessOf(other, seeing({ kind: 'unknown' }))).toBe('unknown')
  })

  it('may be this process itself', () => {
    expect(livenessOf(self, seeing({ kind: 'free' }))).toBe('self')
  })
})

describe('a process that may be on another host', () => {
  const free = seeing({ kind: 'free' })

  it.each([
    ['another boot, or another machine', 'web-1', 'boot-2 pid:[1] time:[1]'],
    ['another container of the same name', 'web-1', 'boot-1 pid:[2] time:[1]'],
    ['a container whose clock starts elsewhere', 'web-1', 'boot-1 pid:[1] time:[2]'],
    ['another name: a copy of this virtual machine', 'web-2', realm],
  ])('is never known to be gone: %s', (_, host, elsewhere) => {
    const mark = { ...other, host, proof: { realm: elsewhere, startedAt: '100' } }
    expect(livenessOf(mark, free)).toBe('unknown')
  })

  it('with the same name and process id 1 is not taken for an earlier process of this one', () => {
    const twin = { ...self, proof: { realm: 'boot-1 pid:[2] time:[1]', startedAt: '499' } }
    expect(livenessOf(twin, free)).toBe('unknown')
  })

  it('is never known to be gone where nothing proves which host this is, or nothing was said', () => {
    const { proof: _, ...unproved } = self
    expect(livenessOf(other, seeing({ kind: 'free' }, unproved))).toBe('unknown')
    expect(livenessOf({ ...unproved, pid: 42 }, seeing({ kind: 'free' }, unproved))).toBe('unknown')
    expect(livenessOf(undefined, free)).toBe('unknown')
  })
})

describe('a mark that somebody wrote', () => {
  it('is read back as it was', () => {
    expect(parseProcessMark(JSON.parse(JSON.stringify({ ...other, more: 1 })))).toEqual(other)
  })

  it.each([null, 'x', {}, { ...other, pid: 0 }, { ...other, pid: -1 }, { ...other, pid: 1.5 }, { ...other, host: 1 }])(
    'counts as none when it makes no sense: %o',
    (value) => {
      expect(parseProcessMark(value)).toBeUndefined()
    },
  )

  it.each([null, 'x', { realm: 1, startedAt: '1' }, { realm: 'r' }])('proves nothing by %o', (proof) => {
    expect(parseProcessMark({ ...other, proof })?.proof).toBeUndefined()
  })
})

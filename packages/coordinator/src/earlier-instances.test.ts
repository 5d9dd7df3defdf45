import { describe, expect, it } from 'vitest'
import { lastWriteOf, parseEarlier, withReplaced, type EarlierInstances } from './earlier-instances.ts'

const PROMISE = 90_000
const write = (instance: string, at: number) => ({ instance, at, staleAfterMs: PROMISE })
const replaced = (instance: string, at: number, earlier?: EarlierInstances, isIdle = false) => ({
  ...write(instance, at),
  earlier,
  isIdle,
})

describe('the list of the earlier processes of a worker id', () => {
  it('tells of each when it wrote last, as long as it may be alive', () => {
    const first = withReplaced(replaced('a', 1000), 'b')
    const second = withReplaced(replaced('b', 6000, first), 'c')
    expect(second).toEqual({ writes: [write('a', 1000), write('b', 6000)], completeSince: 1000 })
    const third = withReplaced(replaced('c', 1000 + PROMISE + 1, second), 'd')
    expect(third.writes.map(({ instance }) => instance)).toEqual(['b', 'c'])
  })

  it('tells of a process for as long as the process promised to write again, and not longer', () => {
    const first = withReplaced(replaced('a', 1000), 'b')
    const after = (ms: number): string[] =>
      withReplaced(replaced('b', 1000 + ms, first), 'c').writes.map(({ instance }) => instance)
    expect(after(PROMISE)).toEqual(['a', 'b'])
    expect(after(PROMISE + 1)).toEqual(['b'])
  })

  it('tells of a process as long when the clock of the store was set forward meanwhile', () => {
    const first = withReplaced(replaced('a', 1000), 'b')
    const step = { at: 3_600_000, byMs: 3_600_000 }
    const after = (ms: number) => withReplaced({ ...replaced('b', step.at + ms, first), step }, 'c').writes
    expect(after(PROMISE)).toHaveLength(2)
    expect(after(PROMISE + 1)).toHaveLength(1)
  })

  it('tells of a process once, by its last write, which took the object back', () => {
    const first = withReplaced(replaced('a', 1000), 'b')
    const second = withReplaced(replaced('a', 5000, first), 'c')
    expect(second.writes).toEqual([write('a', 5000)])
  })

  it('leaves out the writer, which has taken the object back', () => {
    const first = withReplaced(replaced('a', 1000), 'b')
    expect(withReplaced(replaced('b', 6000, first), 'a').writes).toEqual([write('b', 6000)])
  })

  it('leaves out a process that was idle', () => {
    expect(withReplaced(replaced('a', 1000, undefined, true), 'b')).toEqual({ writes: [], completeSince: 1000 })
  })

  it('is complete from the first that was dropped for want of space', () => {
    let list = withReplaced(replaced('0', 0), '1')
    for (let count = 1; count < 40; count++) list = withReplaced(replaced(`${count}`, count, list), `${count + 1}`)
    expect(list.writes).toHaveLength(32)
    expect(list.completeSince).toBe(7)
    expect(lastWriteOf('8', { earlier: list })).toEqual(write('8', 8))
    expect(lastWriteOf('3', { earlier: list })).toEqual({ at: 7 })
  })

  it('is read up to the same length as it is written', () => {
    const writes = Array.from({ length: 40 }, (_, at) => write(`${at}`, at))
    const read = parseEarlier({ earlier: { completeSince: 0, writes } })
    expect(read).toEqual({ completeSince: 0, writes: writes.slice(8) })
  })

  it.each<Record<string, unknown>>([
    {},
    { earlier: null },
    { earlier: { writes: [] } },
    { earlier: { completeSince: 'now', writes: [] } },
    { earlier: 'text' },
    { earlier: { completeSince: -1, writes: [] } },
    { earlier: { completeSince: Infinity, writes: [] } },
    { earlier: { completeSince: 1, writes: 'a' } },
    { earlier: { completeSince: 1, writes: [null] } },
    { earlier: { completeSince: 1, writes: ['a'] } },
    { earlier: { completeSince: 1, writes: [{ at: 1, staleAfterMs: 1 }] } },
    { earlier: { completeSince: 1, writes: [{ instance: 'a', staleAfterMs: 1 }] } },
    { earlier: { completeSince: 1, writes: [{ instance: 'a', at: 1, staleAfterMs: -1 }] } },
    { earlier: { completeSince: 1, writes: [write('b', 1), { instance: 'a', at: Infinity, staleAfterMs: 1 }] } },
  ])('tells nothing where it is missing or unreadable: %j', (fields) => {
    expect(parseEarlier(fields)).toBeUndefined()
    expect(lastWriteOf('a', fields)).toBeUndefined()
  })
})

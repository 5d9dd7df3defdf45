import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createProgress, namesOf } from '../progress.mjs'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function screen(isTTY: boolean): { isTTY: boolean; write: (text: string) => boolean; texts: string[] } {
  const texts: string[] = []
  return { isTTY, texts, write: (text) => texts.push(text) > 0 }
}

it('tells in a log now and then what it waits for, and nothing once that is over', () => {
  const out = screen(false)
  let what = 'cli, plugin'
  const end = createProgress(out)('unit', () => what)
  vi.advanceTimersByTime(9999)
  expect(out.texts).toEqual([])
  vi.advanceTimersByTime(1)
  what = 'plugin'
  vi.advanceTimersByTime(30_000)
  end()
  vi.advanceTimersByTime(100_000)
  expect(out.texts).toEqual(['unit         10 s, waits for cli, plugin\n', 'unit         40 s, waits for plugin\n'])
})

it('writes one line anew in a terminal, within its width, and leaves it empty', () => {
  const out = screen(true)
  const end = createProgress(out)('lint', () => `oxlint ${'x'.repeat(100)}`)
  vi.advanceTimersByTime(1000)
  end()
  expect(out.texts.map((text) => text.slice(0, 30))).toEqual([
    '\r\u001B[Klint 0 s, waits for oxlint',
    '\r\u001B[Klint 1 s, waits for oxlint',
    '\r\u001B[K',
  ])
  expect(out.texts[0]?.length).toBe('\r\u001B[K'.length + 80)
})

it('shares the line of a terminal among the checks that run', () => {
  const out = screen(true)
  const begin = createProgress(out)
  const ends = [begin('unit', () => 'x'.repeat(100)), begin('integration', () => 'the server')]
  const shared = `unit 0 s, waits for ${'x'.repeat(18)} | integration 0 s, waits for the server`
  expect(out.texts.at(-1)).toBe(`\r\u001B[K${shared}`)
  ends[0]?.()
  vi.advanceTimersByTime(1000)
  expect(out.texts.at(-1)).toBe('\r\u001B[Kintegration 1 s, waits for the server')
  ends[1]?.()
  const { length } = out.texts
  vi.advanceTimersByTime(100_000)
  expect(out.texts).toHaveLength(length)
})

it('names a few, and counts many', () => {
  expect(namesOf(['packages/cli', 'tooling/run'])).toBe('cli, run')
  expect(namesOf(['a/1', 'a/2', 'a/3', 'a/4', 'a/5'])).toBe('1, 2, 3 and 2 more')
})

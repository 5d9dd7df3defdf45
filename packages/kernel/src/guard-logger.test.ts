import { expect, it, vi } from 'vitest'
import { guardLogger } from './guard-logger.ts'
import { silentLogger } from './logger.ts'

it.each<[string, () => unknown]>([
  [
    'throws',
    () => {
      throw new Error('disk full')
    },
  ],
  ['rejects', () => Promise.reject(new Error('disk full'))],
])('a logger that %s is told of once, as a warning of the process, and hurts nobody', async (_, fail) => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  const logger = guardLogger({ ...silentLogger, warn: fail })
  logger.warn('first')
  logger.warn('second', { key: 1 })
  await new Promise((resolve) => setImmediate(resolve))
  expect(warn.mock.calls.map(([message]) => message)).toEqual([expect.stringContaining('disk full')])
  warn.mockRestore()
})

it('a logger that works gets what it is told, as it is told', () => {
  const calls: unknown[][] = []
  const logger = guardLogger({ ...silentLogger, info: (...line: unknown[]) => void calls.push(line) })
  logger.info('plain')
  logger.info('with fields', { key: 1 })
  expect(calls).toEqual([['plain'], ['with fields', { key: 1 }]])
})

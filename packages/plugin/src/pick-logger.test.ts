import { expect, it } from 'vitest'
import { consoleLogger } from './console-logger.ts'
import { pickLogger } from './pick-logger.ts'

function recorder(): {
  readonly calls: unknown[][]
  readonly levels: Record<'debug' | 'info' | 'warn' | 'error', (...args: unknown[]) => void>
} {
  const calls: unknown[][] = []
  const say =
    (level: string) =>
    (...args: unknown[]): void =>
      void calls.push([level, ...args])
  return { calls, levels: { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') } }
}

it('gives pino and bunyan the fields first, and an error under the name whose stack they write', () => {
  const error = new Error('no')
  for (const mark of [{ bindings: () => ({}) }, { addSerializers: () => undefined }]) {
    const { calls, levels } = recorder()
    const logger = pickLogger({ ...levels, child: () => undefined, ...mark })
    logger.info('plain')
    logger.warn('with fields', { job: 'a' })
    logger.error('failed', { error, job: 'a' })
    logger.debug('detail')
    expect(calls).toEqual([
      ['info', {}, 'plain'],
      ['warn', { job: 'a' }, 'with fields'],
      ['error', { err: error, job: 'a' }, 'failed'],
      ['debug', {}, 'detail'],
    ])
  }
})

it('keeps what takes the message first: console, and winston with its child()', () => {
  expect(pickLogger(console)).toBe(console)
  const winston = { ...recorder().levels, child: () => undefined, isLevelEnabled: () => true }
  expect(pickLogger(winston)).toBe(winston)
})

it('falls back to the console', () => {
  expect(pickLogger(undefined)).toBe(consoleLogger)
})

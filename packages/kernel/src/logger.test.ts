import { expect, it, vi } from 'vitest'
import { silentLogger, type Logger } from './logger.ts'

it('a silent logger says nothing', () => {
  const write = vi.spyOn(process.stdout, 'write')
  for (const level of ['debug', 'info', 'warn', 'error'] as const) silentLogger[level]('message', { key: 1 })
  expect(write).not.toHaveBeenCalled()
  write.mockRestore()
})

it('the console is a logger', () => {
  const logger: Logger = console
  const warn = vi.spyOn(console, 'warn').mockReturnValue()
  logger.warn('message', { key: 1 })
  expect(warn).toHaveBeenCalledWith('message', { key: 1 })
  warn.mockRestore()
})

import { silentLogger } from '@s3sched/kernel'
import { createManualClock } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import { CoordinatorNews } from './coordinator-news.ts'
import { resolveCoordinatorOptions } from './coordinator-options.ts'

it('logs an error that lasts once a minute, and emits each', async () => {
  const clock = createManualClock()
  const lines: string[] = []
  const logger = { ...silentLogger, warn: (message: string) => void lines.push(message) }
  const news = new CoordinatorNews(resolveCoordinatorOptions({ clock, logger }))
  const errors: unknown[] = []
  news.emitter.on('error', (event) => errors.push(event))
  for (let second = 0; second < 60; second += 1) {
    news.problem(new Error('the store is away'), 0)
    await clock.advance(1000)
  }
  news.problem(new Error('the lease was changed'), 0)
  expect(lines).toEqual(['coordinator: the store is away', 'coordinator: the lease was changed'])
  news.problem(new Error('the store is away'), 0)
  expect(lines[2]).toBe('coordinator: the store is away (59 more of this kind since the last message)')
  expect(errors).toHaveLength(62)
})

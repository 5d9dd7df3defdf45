import { CronExpressionParser } from 'cron-parser'
import { Cron } from 'croner'
import { createTask } from 'node-cron'
import { vi } from 'vitest'
import { parseSchedule } from '../../src/index.ts'

/** Lists the ticks of an expression in a zone from `from` (included) to `to`, or throws the library's error. */
export type Peer = (expression: string, timezone: string, from: number, to: number) => number[]

/** More than any row of the tables needs; the bound stops a library in an endless loop. */
const MOST = 40

export const ours: Peer = (expression, timezone, from, to) =>
  parseSchedule(expression, { timezone })
    .upcoming(from - 1, MOST)
    .filter((tick) => tick < to)

export const croner: Peer = (expression, timezone, from, to) =>
  new Cron(expression, { timezone })
    .nextRuns(MOST, new Date(from - 1))
    .map((date) => date.getTime())
    .filter((tick) => tick < to)

export const cronParser: Peer = (expression, timezone, from, to) =>
  CronExpressionParser.parse(expression, { tz: timezone, currentDate: from - 1 })
    .take(MOST)
    .map((date) => date.getTime())
    .filter((tick) => tick < to)

/** node-cron only answers for the present, so the clock is set. */
export const nodeCron: Peer = (expression, timezone, from, to) => {
  vi.useFakeTimers({ now: from - 1000, toFake: ['Date'] })
  try {
    const task = createTask(expression, () => undefined, { timezone })
    return task
      .getNextRuns(MOST)
      .map((date) => date.getTime())
      .filter((tick) => tick < to)
  } finally {
    vi.useRealTimers()
  }
}

import { Cron } from 'croner'
import { schedule } from 'node-cron'
import { gracefulShutdown, scheduleJob } from 'node-schedule'
import { EVERY_SECOND, jobsOf, nearestTick, type Begin } from './contender.ts'

/** Timers of one process: no process shares the timers, and the timers end with the process. */
export function inProcess(name: 'croner' | 'node-cron' | 'node-schedule'): Begin {
  return async (work) => {
    const jobs = jobsOf(work)
    const act = (job: number): void => void work.action(job, nearestTick())
    if (name === 'croner') {
      const crons = jobs.map((job) => new Cron(EVERY_SECOND, { timezone: 'UTC' }, () => act(job)))
      return async () => crons.forEach((cron) => cron.stop())
    }
    if (name === 'node-cron') {
      const tasks = jobs.map((job) => schedule(EVERY_SECOND, () => act(job), { timezone: 'UTC' }))
      return async () => {
        for (const task of tasks) await task.destroy()
      }
    }
    for (const job of jobs) scheduleJob({ rule: EVERY_SECOND, tz: 'UTC' }, () => act(job))
    return gracefulShutdown
  }
}

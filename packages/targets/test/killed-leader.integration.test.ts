import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { orSkip, startPostgres, startRedis } from '@s3sched-tooling/engines'
import { Queue } from 'bullmq'
import { afterAll, describe, expect, it } from 'vitest'
import type { TargetMessage } from '../src/index.ts'
import type { LeaderArgs } from './killed-leader-process.ts'
import { startBoss } from './pg-boss-workshop.ts'

const PROGRAM = fileURLToPath(new URL('killed-leader-process.ts', import.meta.url))
const PACE = { interval: 250 }

const [redis, postgres] = await Promise.all([orSkip(startRedis), orSkip(startPostgres)])
afterAll(() => Promise.all([redis?.stop(), postgres?.stop()]))

function boot(args: LeaderArgs): ChildProcess {
  return fork(PROGRAM, [JSON.stringify(args)], { execArgv: ['--conditions=@s3sched/source'] })
}

/** The ticks in the order of time, one for each message, up to an instant. */
function ticksOf(messages: readonly TargetMessage[], until: number): number[] {
  const ticks = messages.map(({ tick }) => Date.parse(tick))
  return ticks.filter((tick) => tick <= until).toSorted((a, b) => a - b)
}

describe.skipIf(redis === undefined || postgres === undefined)('jobs of every second', () => {
  // One death for each queue: a run that makes up for a lost run is not made up for, once it is lost too.
  it.each(['after', 'before'] as const)(
    'reach BullMQ and pg-boss once a tick, a leader killed %s the hand-over',
    async (dies) => {
      const folder = await mkdtemp(join(tmpdir(), 's3sched-killed-'))
      const urls = { redis: redis?.url ?? '', postgres: postgres?.url ?? '' }
      const name = `killed-${dies}`
      const boss = await startBoss(urls.postgres)
      await boss.createQueue(name)
      const queue = new Queue(name, { connection: { url: urls.redis } })
      const args = { ...urls, queue: name, store: pathToFileURL(join(folder, 'store')).href }
      try {
        const [code, signal] = (await once(boot({ ...args, dies }), 'exit')) as [number | null, string | null]
        expect([code, signal]).toEqual([null, 'SIGKILL'])
        const last = boot({ ...args, dies: 'never' })
        for (let seen = 0; seen < 5; seen++) await once(last, 'message')
        const handedOver = async (until = Infinity): Promise<{ bullMq: number[]; pgBoss: number[] }> => ({
          bullMq: ticksOf(
            (await queue.getJobs()).map(({ data }) => data as TargetMessage),
            until,
          ),
          pgBoss: ticksOf(
            (await boss.findJobs(name)).map(({ data }) => data as TargetMessage),
            until,
          ),
        })
        // A run that was lost with its leader may come behind later ticks, once its own lease has ended.
        const { bullMq } = await handedOver()
        const [first = 0] = bullMq
        const until = bullMq.at(-1) ?? 0
        // Those of the first leader, and five of the next, which may have been the first leader's too.
        const whole = Array.from({ length: (until - first) / 1000 + 1 }, (_, index) => first + index * 1000)
        expect(whole.length).toBeGreaterThanOrEqual(5)
        await expect.poll(() => handedOver(until), PACE).toEqual({ bullMq: whole, pgBoss: whole })
        const ended = once(last, 'exit')
        last.send('stop')
        expect(await ended).toEqual([0, null])
        expect(await handedOver(until)).toEqual({ bullMq: whole, pgBoss: whole })
      } finally {
        await Promise.all([queue.close(), boss.stop()])
        await rm(folder, { recursive: true, force: true })
      }
    },
  )
})

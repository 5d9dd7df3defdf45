// Two instances, each with a database of s3db.js of its own, on one bucket: one leads, each tick runs once.
import { SchedulerPlugin } from '@s3sched/plugin'
import { Database } from '#s3db'
import { SOON, tell } from './tell.mjs'

const [, , connectionString] = process.argv
const ticks = []

async function start(name) {
  const db = new Database({ connectionString, logLevel: 'silent', ...SOON })
  await db.connect()
  const scheduler = new SchedulerPlugin({
    prefix: 'fleet/',
    workerId: name,
    skipColdStart: true,
    heartbeatInterval: 2000,
    jobs: {
      ticking: {
        schedule: '* * * * * *',
        // A handover may take longer than a tick.
        catchUp: 'all',
        action: async (_database, { scheduledTime }) => ticks.push({ name, at: Number(new Date(scheduledTime)) }),
      },
    },
  })
  await db.usePlugin(scheduler)
  return { name, db, scheduler }
}

async function until(find) {
  for (;;) {
    const found = find()
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const ticked = (count) => until(() => ticks.length >= count)

const instances = [await start('one'), await start('two')]
await ticked(2)
const leader = await until(() => instances.find(({ scheduler }) => scheduler.isLeader()))
const [follower] = instances.filter((instance) => instance !== leader)
await leader.scheduler.stop()
await ticked(ticks.length + 2)
await follower.scheduler.stop()

const instants = ticks.map(({ at }) => at)
tell({
  ran: new Set(ticks.map(({ name }) => name)).size,
  doubled: instants.length - new Set(instants).size,
  missed: (Math.max(...instants) - Math.min(...instants)) / 1000 + 1 - new Set(instants).size,
})

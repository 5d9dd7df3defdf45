// A process with a scheduler in a database of s3db.js gets a signal: as s3db.js ends it, and as the guide does.
import { fork } from 'node:child_process'
import { openStore } from '@s3sched/store'
import { SOON, tell } from './tell.mjs'

const [, program, connectionString, part] = process.argv

if (part === undefined) {
  const parts = ['left to s3db.js', 'left to the scheduler']
  const ends = {}
  for (const one of parts) ends[one] = await endOf(one)
  tell(ends)
} else {
  const { Database } = await import('#s3db')
  const { SchedulerPlugin } = await import('@s3sched/plugin')
  const db = new Database({ connectionString, logLevel: 'silent', ...SOON })
  if (part === 'left to the scheduler') {
    for (const signal of ['SIGINT', 'SIGTERM']) process.removeAllListeners(signal)
  }
  await db.connect()
  const jobs = { ticking: { schedule: '* * * * * *', action: () => {} } }
  const scheduler = new SchedulerPlugin({ prefix: prefixOf(part), skipColdStart: true, jobs })
  await db.usePlugin(scheduler)
  scheduler.once('jobCompleted', () => process.send('ran'))
}

async function endOf(one) {
  const child = fork(program, [connectionString, one])
  child.once('message', () => child.kill('SIGTERM'))
  const by = await new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)))
  const store = openStore(connectionString.split('?')[0])
  const { state } = JSON.parse(new TextDecoder().decode((await store.get(`${prefixOf(one)}leader.json`)).body))
  await store.close()
  return { by, lease: state }
}

function prefixOf(one) {
  return `${one.replaceAll(' ', '-')}/`
}

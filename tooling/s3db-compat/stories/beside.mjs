// The clients of s3db.js without conditional writes: the scheduler keeps its state in a store of the same kind beside.
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SchedulerPlugin } from '@s3sched/plugin'
import { Database } from '#s3db'
import { tell } from './tell.mjs'

async function use(connectionString, isGivenAtOnce = false) {
  const scheduler = new SchedulerPlugin({
    skipColdStart: true,
    jobs: { noting: { schedule: null, action: (database) => database.resources.notes.insert({ text: 'noted' }) } },
  })
  const plugins = isGivenAtOnce ? [scheduler] : []
  const db = new Database({ connectionString, logLevel: 'silent', plugins })
  await db.connect()
  const notes = await db.createResource({ name: 'notes', attributes: { text: 'string|required' } })
  if (!isGivenAtOnce) await db.usePlugin(scheduler)
  await scheduler.runJob('noting')
  const history = await scheduler.getJobHistory('noting')
  await scheduler.stop()
  return { runs: history.length, notes: await notes.count() }
}

const folder = await mkdtemp(join(tmpdir(), 's3sched-beside-'))
const results = {
  memory: await use('memory://beside/app'),
  'the same memory': await use('memory://beside/app'),
  'another memory': await use('memory://another/app'),
  'a plugin of the constructor': await use('memory://constructor/app', true),
  file: await use(`file://${folder}/data`),
  'the same file': await use(`file://${folder}/data`),
}
const names = await readdir(join(folder, 'data'))
await rm(folder, { recursive: true })
tell({ ...results, beside: names.includes('.s3sched') })

import { silentLogger, systemClock } from '@s3sched/kernel'
import { SchedulerPlugin } from '@s3sched/plugin'
import { MAX_BODY_BYTES } from '@s3sched/store'
import { startS3Server, type S3Server } from '@s3sched/store/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runWords, type Ended } from './terminal.ts'

let server: S3Server
let scheduler: SchedulerPlugin<unknown>

/** A bucket in which people and their tools have left objects beside those of a fleet that works. */
beforeAll(async () => {
  server = await startS3Server()
  const plant = (key: string, body: Uint8Array): Promise<unknown> =>
    fetch(`${server.endpoint}/${server.bucket}/s3sched/${key}`, { method: 'PUT', body: new Uint8Array(body) })
  const folders = [
    '',
    'jobs/',
    'jobs/pages/',
    'segments/',
    'segments/root/',
    'details/',
    'triggers/',
    'workers/',
    'locks/',
  ]
  for (const folder of folders) await plant(folder, new Uint8Array())
  for (const folder of folders.slice(1)) {
    if (folder !== 'jobs/') await plant(`${folder}large.json`, new Uint8Array(MAX_BODY_BYTES + 1))
    await plant(`${folder}notes about this folder.txt`, new TextEncoder().encode('not ours'))
  }
  scheduler = new SchedulerPlugin<unknown>({
    store: server.connection,
    prefix: 's3sched/',
    workerId: 'web-1',
    skipColdStart: true,
    logger: silentLogger,
    jobs: { billing: { schedule: '0 8 * * *', action: () => 'sent' } },
  })
  await scheduler.start()
  await scheduler.runJob('billing')
})

afterAll(async () => {
  await scheduler.stop({ timeout: 0 })
  await server.close()
})

const run = (...words: string[]): Promise<Ended> =>
  runWords([...words, '--json', server.connection], { clock: systemClock })

it.each([
  ['status', 'web-1'],
  ['jobs', 'billing'],
  ['locks', 'large'],
  ['doctor', 'may delete'],
])('%s shows everything else', async (command, shown) => {
  const { stderr, stdout } = await run(command)
  expect(stderr).toBe('')
  expect(JSON.stringify(JSON.parse(stdout))).toContain(shown)
})

it.each(['history', 'export', 'audit'])('%s names the objects of the history that are not ours', async (command) => {
  const { code, stderr, stdout } = await run(command)
  expect(code).toBe(0)
  expect(stdout).toContain(command === 'audit' ? 'billing' : 'sent')
  for (const name of ['large.json', 'notes about this folder.txt'])
    expect(stderr).toContain(`s3sched: segments/root/${name}: its name is not one of s3sched`)
})

it('audit looks at everything else', async () => {
  const { code, stdout } = await run('audit')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ sound: true, jobs: [{ job: 'billing', problem: null }] })
})

it('export gives every run that can be read', async () => {
  const { code, stdout } = await run('export')
  expect(code).toBe(0)
  expect(stdout).toContain('"result":"sent"')
})

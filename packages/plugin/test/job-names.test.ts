import { createOperator } from '@s3sched/operator'
import { silentLogger } from '@s3sched/kernel'
import { listAll } from '@s3sched/store'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { audit, SchedulerPlugin } from '../src/index.ts'
import { createFleet, during, MINUTE, SECOND } from './fleet.ts'

/** Names as users of other schedulers have them, and names that try to be something else in a key, a path or an address. */
const NAMES = [
  'user/42', 'daily: report', '@hourly', 'mail@example.org', 'Überweisung täglich', '報告', '..', '../../leader', 'a\\b', '%2e%2e',
  'CON', 'con', '__proto__', 'constructor', 'x.failed.json', '=2F', '🚀'.repeat(128), `${'long name '.repeat(12)}1`, `${'long name '.repeat(12)}2`,
] // prettier-ignore

it('a job may have any text as its name, for all its life', async () => {
  const fleet = createFleet()
  const schedule = '* * * * *'
  const jobs = Object.fromEntries(
    NAMES.map((name) => [name, { schedule, action: (_: unknown, context: object) => ({ name, ...context }) }] as const),
  )
  const a = await fleet.bootLeader({ ...jobs, after: { schedule: null, after: 'user/42', action: () => 'chained' } })
  const operator = createOperator(fleet.store, { prefix: '', clock: fleet.clock })
  await fleet.clock.advance(MINUTE)
  for (const name of NAMES) {
    // A result above 2 KiB lies in an object of its own, whose key has the name.
    await during(fleet.clock, a.scheduler.runJob(name, { large: 'x'.repeat(5000) }))
    await operator.requestRun(name)
  }
  await fleet.clock.advance(20 * SECOND)
  for (const name of NAMES) {
    const history = await during(fleet.clock, a.scheduler.getJobHistory(name))
    expect(history.map(({ status, trigger }) => `${trigger} ${status}`).toSorted(), name).toEqual([
      'manual success',
      'request success',
      'schedule success',
    ])
    expect(history.find(({ trigger }) => trigger === 'manual')?.result).toMatchObject({ name, large: 'x'.repeat(5000) })
    await during(fleet.clock, a.scheduler.disableJob(name))
    expect(a.scheduler.getJobStatus(name)).toMatchObject({ name, enabled: false })
  }
  expect(await during(fleet.clock, a.scheduler.getJobHistory('after'))).toHaveLength(3)
  const found = await audit(fleet.store, { prefix: '', until: fleet.clock.now() })
  expect(found.filter(({ doubled, lost, unaccounted }) => doubled + lost + unaccounted > 0)).toEqual([])
  expect(found.map(({ job }) => job).toSorted()).toEqual(NAMES.toSorted())
  for (const { key } of await listAll(fleet.store, '')) {
    expect(key).toMatch(/^[a-z]+(\/[A-Za-z0-9_.=-]+)*(\.json|\.gz)$/)
    expect(key.split('/')).not.toContain('..')
  }
  await during(fleet.clock, a.scheduler.removeJob('..'))
  await fleet.stopAll()
})

it('in a folder too, where names apart in case alone, or reserved by another system, are files of their own', async () => {
  const folder = await mkdtemp(join(tmpdir(), 's3sched-names-'))
  const names = ['CON', 'con', 'Report', 'report', 'aux.', '../x', 'a:b']
  const action = (_: unknown, { jobName }: { jobName: string }): string => jobName.padEnd(3000, '.')
  const scheduler = new SchedulerPlugin({
    store: pathToFileURL(folder).href,
    enableCoordinator: false,
    logger: silentLogger,
    jobs: Object.fromEntries(names.map((name) => [name, { schedule: null, action }])),
  })
  try {
    await Promise.all(names.map((name) => scheduler.runJob(name)))
    for (const name of names) {
      expect((await scheduler.getJobHistory(name)).map(({ result }) => result)).toEqual([name.padEnd(3000, '.')])
    }
    await scheduler.stop()
    // The folder above holds nothing else, and no name needs a file system that keeps case apart.
    const files = await readdir(folder, { recursive: true })
    expect(files.filter((file) => /[A-Z:\\ ]/.test(file))).toEqual([])
    expect(new Set(files.map((file) => file.toLowerCase())).size).toBe(files.length)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

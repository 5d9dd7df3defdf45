import { expect, inject, it } from 'vitest'
import { modulesLoadedBy } from '../src/loaded-modules.ts'

const { folder: cwd } = inject('consumer')

/**
 * `npm run bench -- import` measures the time of an import; here the files are counted, because a test must not fail on
 * a slow machine. Most of the scheduler's files are cron-parser's.
 */
it.each([
  ['@s3sched/lock', 8],
  ['@s3sched/plugin', 42],
  ['s3sched', 43],
])('importing %s loads at most %i files', async (name, most) => {
  const loaded = await modulesLoadedBy(`await import('${name}')`, cwd)
  expect(loaded.length, loaded.join('\n')).toBeLessThanOrEqual(most)
  expect(loaded.length).toBeGreaterThan(1)
})

const VALIDATION = /\/(fastest-validator|sift)\//

it('a database loads what checks documents and filters when it connects, and not before', async () => {
  const make =
    "const { Database } = await import('@s3sched/plugin')\nconst db = new Database({ connectionString: 'memory://lazy' })"
  expect((await modulesLoadedBy(make, cwd)).filter((url) => VALIDATION.test(url))).toEqual([])
  const connected = await modulesLoadedBy(`${make}\nawait db.connect()\nawait db.disconnect()`, cwd)
  expect(connected.filter((url) => VALIDATION.test(url))).not.toEqual([])
})

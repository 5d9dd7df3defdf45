import { expect, inject, it } from 'vitest'
import { modulesLoadedBy } from '../src/loaded-modules.ts'

const { folder: cwd } = inject('consumer')

const VALIDATION = /\/(fastest-validator|sift)\//

it('a database loads what checks documents and filters when it connects, and not before', async () => {
  const make =
    "const { Database } = await import('@s3sched/plugin')\nconst db = new Database({ connectionString: 'memory://lazy' })"
  expect((await modulesLoadedBy(make, cwd)).filter((url) => VALIDATION.test(url))).toEqual([])
  const connected = await modulesLoadedBy(`${make}\nawait db.connect()\nawait db.disconnect()`, cwd)
  expect(connected.filter((url) => VALIDATION.test(url))).not.toEqual([])
})

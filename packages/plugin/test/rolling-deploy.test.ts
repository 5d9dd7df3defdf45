import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { rollingDeploy, tellsOf, WHOLE_DEPLOY } from './processes/rolling-deploy.ts'

it('a rolling deploy of three processes that adds, changes and removes jobs loses no tick', async () => {
  const folder = await mkdtemp(join(tmpdir(), 's3sched-deploy-'))
  try {
    const deploy = await rollingDeploy(pathToFileURL(folder).href)
    expect(tellsOf(deploy)).toEqual(WHOLE_DEPLOY)
    // No instance has the job's action any more; all its runs are accounted for, and its later ticks wait.
    expect(deploy.jobs['removed']).toMatchObject({ unaccounted: 0, doubled: 0 })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

import { slowServer } from '@s3sched-tooling/minio/slow-server'
import type { TestProject } from 'vitest/node'
import { startAzurite, startFakeGcs } from './servers.ts'

/** One Azurite and one fake-gcs-server for the whole run, with a container or a bucket per suite. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [azurite, fakeGcs] = await Promise.all([startAzurite(), startFakeGcs()])
  const slowAzurite = await slowServer(azurite.endpoint, process.env)
  const slowGcs = fakeGcs && (await slowServer(fakeGcs.endpoint, process.env))
  project.provide('azurite', slowAzurite.endpoint)
  project.provide('fakeGcs', slowGcs?.endpoint)
  if (fakeGcs === undefined) tellMissing(process.env)
  return async () => {
    await slowAzurite.stop()
    await slowGcs?.stop()
    await azurite.watchdog.release()
    await fakeGcs?.watchdog.release()
  }
}

function tellMissing(env: NodeJS.ProcessEnv): void {
  const what = 'There is no fake-gcs-server, so the tests against Google Cloud Storage'
  const advice = 'Run `bash tooling/clouds/prepare.sh` (it needs Go), or put a `fake-gcs-server` on the PATH.'
  // In CI a skip would hide unchecked promises.
  if (env['S3SCHED_REQUIRE_MINIO'] === '1' || (env['CI'] ?? '') !== '') throw new Error(`${what} failed: ${advice}`)
  console.warn(`\n${'!'.repeat(80)}\n${what} ARE SKIPPED:\n${advice}\n${'!'.repeat(80)}\n`)
}

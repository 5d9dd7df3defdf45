import type { TestProject } from 'vitest/node'
import { startAzurite, startFakeGcs, type Emulator } from './servers.ts'

/** One Azurite and one fake-gcs-server for the whole run, with a container or a bucket per suite. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [azurite, fakeGcs] = await Promise.all([startAzurite(), startFakeGcs()])
  project.provide('azurite', azurite.endpoint)
  project.provide('fakeGcs', fakeGcs?.endpoint)
  if (fakeGcs === undefined) tellMissing(process.env)
  const started = [azurite, fakeGcs].filter((emulator): emulator is Emulator => emulator !== undefined)
  return async () => {
    await Promise.all(started.map(({ watchdog }) => watchdog.release()))
  }
}

function tellMissing(env: NodeJS.ProcessEnv): void {
  const what = 'There is no fake-gcs-server, so the tests against Google Cloud Storage'
  const advice = 'Run `bash tooling/clouds/prepare.sh` (it needs Go), or put a `fake-gcs-server` on the PATH.'
  // In CI a skip would hide unchecked promises.
  if (env['S3SCHED_REQUIRE_MINIO'] === '1' || (env['CI'] ?? '') !== '') throw new Error(`${what} failed: ${advice}`)
  console.warn(`\n${'!'.repeat(80)}\n${what} ARE SKIPPED:\n${advice}\n${'!'.repeat(80)}\n`)
}

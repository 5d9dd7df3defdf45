import type { TestProject } from 'vitest/node'
import { slowDown, slowServerDelays } from './slow-server.ts'
import { startMinio } from './start.ts'

/** A single MinIO for the whole run, with a bucket per suite. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const delayMs = slowServerDelays(process.env)
  const started = await startMinio()
  if (started.outcome === 'started') {
    console.log(`MinIO: ${started.what}${delayMs === undefined ? '' : ', behind a slow proxy'}`)
    const slow = delayMs === undefined ? undefined : await slowDown(started.connection, delayMs)
    project.provide('minio', slow?.connection ?? started.connection)
    return async () => {
      await slow?.stop()
      await started.watchdog.release()
    }
  }
  const explanation = [
    'No MinIO could be started, so the tests against a real S3 server',
    ...started.reasons.map((reason) => `  - ${reason}`),
    'Install Docker, or run `bash tooling/minio/prepare.sh --binary-only` (it needs Go), or put a `minio` on the PATH.',
  ]
  if (isRequired(process.env)) {
    throw new Error(`${explanation[0]} failed:\n${explanation.slice(1).join('\n')}`)
  }
  console.warn(
    `\n${'!'.repeat(80)}\n${explanation[0]} ARE SKIPPED:\n${explanation.slice(1).join('\n')}\n${'!'.repeat(80)}\n`,
  )
  project.provide('minio', undefined)
  return undefined
}

/** In CI a skip would hide unchecked promises about S3. */
function isRequired(env: NodeJS.ProcessEnv): boolean {
  return env['S3SCHED_REQUIRE_MINIO'] === '1' || (env['CI'] ?? '') !== ''
}

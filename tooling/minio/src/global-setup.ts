import type { TestProject } from 'vitest/node'
import { slowServer } from './slow-server.ts'
import { startMinio } from './start.ts'

/** A single MinIO for the whole run, with a bucket per suite. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const started = await startMinio()
  if (started.outcome === 'started') {
    console.log(`MinIO: ${started.what}`)
    const { endpoint, stop } = await slowServer(started.connection.endpoint, process.env)
    project.provide('minio', { ...started.connection, endpoint })
    return async () => {
      await stop()
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

import { randomUUID } from 'node:crypto'
import type { MinioConnection } from './connection.ts'
import { startWatchdog, type Watchdog } from './watchdog.ts'
import type { Attempt } from './attempt.ts'
import { INITIALIZED, START_TIMEOUT_MS } from './process.ts'

/** Built by `prepare.sh`, where no image can be pulled. */
const OWN_IMAGE = 's3sched/minio:20260212'

/** The last image published by MinIO; newer versions are released as source only. */
const PUBLISHED_IMAGE = 'minio/minio:RELEASE.2025-09-07T16-13-09Z'

/** Of MinIO in its container. */
const PORT = 9000

const KEYS: Pick<MinioConnection, 'accessKeyId' | 'secretAccessKey'> = {
  accessKeyId: 's3sched',
  secretAccessKey: 's3sched-secret',
}

/** MinIO in a container: our own image if built, else the published image if it can be pulled. */
export async function startContainer(): Promise<Attempt> {
  // The reaper is an image of its own, and can't be had without a registry; see watchdog.ts.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true'
  const { getContainerRuntimeClient, ImageName, Wait } = await import('testcontainers')
  const { MinioContainer } = await import('@testcontainers/minio')
  const label = 's3sched.test-run'
  const value = randomUUID()
  let watchdog: Watchdog | undefined
  try {
    const runtime = await getContainerRuntimeClient()
    const image = (await runtime.image.exists(ImageName.fromString(OWN_IMAGE))) ? OWN_IMAGE : PUBLISHED_IMAGE
    watchdog = startWatchdog({ kind: 'container', label, value })
    const container = await new MinioContainer(image)
      .withUsername(KEYS.accessKeyId)
      .withPassword(KEYS.secretAccessKey)
      .withLabels({ [label]: value })
      .withWaitStrategy(Wait.forHttp(INITIALIZED, PORT).withStartupTimeout(START_TIMEOUT_MS))
      .start()
    return {
      outcome: 'started',
      what: `container of ${image}`,
      connection: { endpoint: container.getConnectionUrl(), ...KEYS },
      watchdog,
    }
  } catch (error) {
    await watchdog?.release()
    return { outcome: 'failed', reason: `container: ${error instanceof Error ? error.message : String(error)}` }
  }
}

import { randomUUID } from 'node:crypto'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { startProcess } from '@s3sched-tooling/minio/process'

/** A MinIO of this benchmark. */
export interface MinioServer {
  readonly port: number
  /**
   * Makes a bucket. @returns the connection string through `port`, which may be a proxy's. @default the server's own
   */
  readonly bucket: (port?: number) => Promise<string>
  readonly stop: () => Promise<void>
}

/** Starts the machine's MinIO as a process; `undefined`, with a warning, on a machine without MinIO. */
export async function startMinio(): Promise<MinioServer | undefined> {
  const started = await startProcess()
  if (started.outcome === 'failed') {
    console.warn(`without MinIO: ${started.reason}; \`bash tooling/minio/prepare.sh --binary-only\` builds it`)
    return undefined
  }
  const { accessKeyId, endpoint, secretAccessKey } = started.connection
  const credentials = { accessKeyId, secretAccessKey }
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials })
  const own = Number(new URL(endpoint).port)
  return {
    port: own,
    bucket: async (port = own) => {
      const name = `bench-${randomUUID()}`
      await client.send(new CreateBucketCommand({ Bucket: name }))
      return `http://${accessKeyId}:${secretAccessKey}@127.0.0.1:${port}/${name}`
    },
    stop: async () => {
      client.destroy()
      await started.watchdog.release()
    },
  }
}

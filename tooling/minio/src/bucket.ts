import { randomUUID } from 'node:crypto'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { inject } from 'vitest'
import type { MinioConnection } from './connection.ts'

// Here and not beside the type, so that a mere start of a server needs no vitest.
declare module 'vitest' {
  interface ProvidedContext {
    /** `undefined` when no MinIO could be started here: `describe.skipIf(!inject('minio'))`. */
    minio: MinioConnection | undefined
  }
}

const REGION = 'us-east-1'

export interface TestBucket {
  readonly bucket: string
  /** The argument of `openStore`: `s3://key:secret@bucket?region=…&endpoint=…&forcePathStyle=true`. */
  readonly connectionString: string
  /** A client of the whole server. The client ends with the test process. */
  readonly client: S3Client
}

/**
 * A new, empty bucket on the MinIO of the run, so that suites can't see each other. The bucket goes with the server.
 * @throws when there is no MinIO; ask `inject('minio')` first.
 */
export async function createBucket(): Promise<TestBucket> {
  const minio = inject('minio')
  if (minio === undefined) {
    throw new Error("there is no MinIO in this run; guard the suite by describe.skipIf(!inject('minio'))")
  }
  const bucket = `test-${randomUUID()}`
  const { endpoint, accessKeyId, secretAccessKey } = minio
  const client = new S3Client({
    endpoint,
    region: REGION,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  })
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  return { bucket, connectionString: connectionStringOf(bucket, minio), client }
}

function connectionStringOf(bucket: string, minio: MinioConnection): string {
  const user = `${encodeURIComponent(minio.accessKeyId)}:${encodeURIComponent(minio.secretAccessKey)}`
  const query = new URLSearchParams({ region: REGION, endpoint: minio.endpoint, forcePathStyle: 'true' })
  return `s3://${user}@${bucket}?${query.toString()}`
}

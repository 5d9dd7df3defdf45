import type * as S3 from '@aws-sdk/client-s3'
import type { Wire } from '../remote/requests.ts'

/** A client, and the module with its commands: both are loaded by the first request. */
export interface S3Means {
  readonly client: S3.S3Client
  readonly sdk: typeof S3
}

export type S3Wire = Wire<S3Means>

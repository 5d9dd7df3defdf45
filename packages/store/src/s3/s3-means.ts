import type { Wire } from '../remote/requests.ts'
import type * as AwsSdk from './aws-sdk.ts'

/** A client, and the module with its commands: both are loaded by the first request. */
export interface S3Means {
  readonly client: AwsSdk.S3Client
  readonly sdk: typeof AwsSdk
}

export type S3Wire = Wire<S3Means>

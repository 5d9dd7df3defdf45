import type { Clock, Logger, Random } from '@s3sched/kernel'
import type { S3Client } from '@aws-sdk/client-s3'
import type { ObjectStore } from '../object-store.ts'
import { StoreError } from '../store-error.ts'

export interface S3StoreDeps {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

/** Where the objects are, and how a client for them comes to be. */
export interface S3Target {
  readonly bucket: string
  /** Shown in {@link ObjectStore.description}. */
  readonly description: string
  /** Called by the first request. */
  readonly connect: () => Promise<S3Client>
  /** Whether closing the store destroys the client, and whether the client makes one attempt per call. */
  readonly ownsClient: boolean
}

/** Placeholder until the driver lands in this file. */
export function createS3Store(target: S3Target, _deps: S3StoreDeps): ObjectStore {
  const refuse = (): never => {
    throw new StoreError(`the S3 driver is not there yet`, { code: 'UNSUPPORTED' })
  }
  return {
    description: target.description,
    get: async () => refuse(),
    put: async () => refuse(),
    delete: async () => refuse(),
    list: () => refuse(),
    close: async () => {},
  }
}

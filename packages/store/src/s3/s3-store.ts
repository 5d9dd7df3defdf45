import type { S3Client } from '@aws-sdk/client-s3'
import type { ObjectStore } from '../object-store.ts'
import { createRemoteStore } from '../remote/remote-store.ts'
import type { RemoteDeps } from '../remote/requests.ts'
import { deleteMany, deleteOnce } from './s3-delete.ts'
import { toStoreError } from './s3-error.ts'
import { getOnce, isMissing } from './s3-get.ts'
import { listOnce } from './s3-list.ts'
import type { S3Means } from './s3-means.ts'
import { putOnce } from './s3-put.ts'
import { readTrouble } from './s3-trouble.ts'

/** The place of the objects, and the source of the client. */
export interface S3Target {
  readonly bucket: string
  /** Shown in `ObjectStore.description` and in errors. */
  readonly description: string
  /** Called by the first request; called again after a failure. */
  readonly connect: () => Promise<S3Client>
  /** True if closing the store destroys the client. */
  readonly ownsClient: boolean
  /** Takes the secrets of the connection out of a text. */
  readonly scrub: (text: string) => string
}

/**
 * One bucket as a store.
 *
 * | call | requests without failures |
 * |---|---|
 * | `get` | 1 GET |
 * | `put`, with a condition or without, conflicts included | 1 PUT |
 * | `delete` | 1 DELETE for one key, 1 POST per 1,000 of many |
 * | `list` | 1 LIST per page of 1,000 |
 */
export function createS3Store(target: S3Target, deps: RemoteDeps): ObjectStore {
  const { bucket, connect, description, ownsClient, scrub } = target
  return createRemoteStore<S3Means>(
    {
      description,
      connect: async () => {
        const [client, sdk] = await Promise.all([connect(), import('#aws-sdk')])
        return { client, sdk }
      },
      ...(ownsClient ? { disconnect: ({ client }: S3Means) => client.destroy() } : {}),
      renewCredentials: ({ client }) => client.config.credentials({ forceRefresh: true }),
      readTrouble,
      toError: (trouble, doing) => toStoreError(trouble, doing, scrub),
    },
    {
      get: (wire, key, wanted) => getOnce(wire, { bucket, key, ...wanted }),
      put: (wire, key, body, condition) => putOnce(wire, { bucket, key, body, condition }),
      judge({ name, status }, condition) {
        const refused = name === 'PreconditionFailed' || (status === 412 && name !== 'ConditionalRequestConflict')
        if (refused || ('ifMatch' in condition && isMissing(name, status))) return 'refused'
        return name === 'ConditionalRequestConflict' || status === 409 ? 'raced' : undefined
      },
      delete: (wire, key) => deleteOnce(wire, bucket, key),
      deleteMany: (requests, keys, call) => deleteMany(requests, bucket, keys, call),
      list: (wire, wanted) => listOnce(wire, bucket, wanted),
    },
    deps,
  )
}

import { describe } from '@s3sched/kernel'
import { checkBody } from '../body-limit.ts'
import { checkRange } from '../byte-range.ts'
import { checkKey, checkPrefix } from '../object-key.ts'
import type { ListPage, ObjectStore, PutResult } from '../object-store.ts'
import { putConditionally } from './conditional-put-loop.ts'
import { deleteMany, deleteOne } from './s3-delete.ts'
import { getOnce } from './s3-get.ts'
import { listPages } from './s3-list.ts'
import { putOnce } from './s3-put.ts'
import { createS3Requests, type S3StoreDeps, type S3Target } from './s3-requests.ts'

/**
 * One bucket as a store.
 *
 * | call | requests without failures |
 * |---|---|
 * | `get` | 1 GET |
 * | `put`, with a condition or without, conflicts included | 1 PUT |
 * | `delete` | 1 DELETE for one key, 1 POST per 1,000 of many |
 * | `list` | 1 LIST per page of 1,000 |
 *
 * Idempotent requests are repeated within the time of the call; `conditional-put.ts` explains conditional writes. The
 * client itself should make one attempt per call. With a client that makes more attempts the outcomes are still true: a
 * 412 after a retry of the client is not trusted.
 */
export function createS3Store(target: S3Target, deps: S3StoreDeps): ObjectStore {
  const { bucket, description } = target
  const requests = createS3Requests(target, deps)
  return {
    description,
    async get(key, { ifNoneMatch, range, ...call } = {}) {
      checkKey(key)
      checkRange(key, range)
      requests.assertOpen()
      return requests.repeat(`GET ${describe(key)}`, call, (wire) => getOnce(wire, { bucket, key, ifNoneMatch, range }))
    },
    async put(key, body, { condition, ...call } = {}): Promise<PutResult> {
      checkKey(key)
      checkBody(key, body)
      requests.assertOpen()
      if (condition !== undefined) return putConditionally(requests, bucket, key, body, condition, call)
      const bytes = body.slice()
      const put = await requests.repeat(`PUT ${describe(key)}`, call, (wire) => putOnce(wire, bucket, key, bytes))
      return { outcome: 'written', ...put }
    },
    async delete(keys, call = {}) {
      if (typeof keys === 'string') {
        checkKey(keys)
        requests.assertOpen()
        return deleteOne(requests, bucket, keys, call)
      }
      for (const key of keys) checkKey(key)
      requests.assertOpen()
      return deleteMany(requests, bucket, [...keys], call)
    },
    async *list(prefix, options = {}): AsyncGenerator<ListPage> {
      checkPrefix(prefix)
      requests.assertOpen()
      yield* listPages(requests, bucket, prefix, options)
    },
    async close() {
      requests.close()
    },
  }
}

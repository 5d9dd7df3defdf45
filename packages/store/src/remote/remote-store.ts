import { describe } from '@s3sched/kernel'
import { checkBody } from '../body-limit.ts'
import { checkRange, copyOf, type ByteRange } from '../byte-range.ts'
import { checkKey, checkPrefix } from '../object-key.ts'
import type { CallOptions, GetResult, ListPage, ObjectStore, PutResult } from '../object-store.ts'
import { putConditionally, type ConditionalRequests } from './conditional-put-loop.ts'
import { listPages, type RawPage, type WantedPage } from './list-pages.ts'
import { checkCondition } from '../put-condition.ts'
import { createRequests, type RemoteDeps, type RemoteTarget, type Requests, type Wire } from './requests.ts'

export interface WantedBody {
  readonly ifNoneMatch?: string | undefined
  readonly range?: ByteRange | undefined
}

/** The requests of one kind of server. Each function makes one request; an error is thrown as the client gives it. */
export interface Remote<Means> extends ConditionalRequests<Means> {
  /** A missing or unchanged object is an answer and not an error. */
  get(wire: Wire<Means>, key: string, wanted?: WantedBody): Promise<GetResult>
  /** A missing object is not an error. */
  delete(wire: Wire<Means>, key: string): Promise<void>
  /** For servers that delete many objects in one request. */
  readonly deleteMany?: (requests: Requests<Means>, keys: readonly string[], call: CallOptions) => Promise<void>
  list(wire: Wire<Means>, wanted: WantedPage): Promise<RawPage>
}

/** The number of deletions at a time, where each is a request. */
const DELETING = 16

/**
 * A bucket behind a network as a store. Idempotent requests are repeated within the time of the call;
 * `conditional-put.ts` explains conditional writes.
 *
 * The client itself should make one attempt per call. With a client that makes more attempts the outcomes are still
 * true: a refusal after a retry of the client is not trusted.
 */
export function createRemoteStore<Means extends object>(
  target: RemoteTarget<Means>,
  remote: Remote<Means>,
  deps: RemoteDeps,
): ObjectStore {
  const requests = createRequests(target, deps)
  const deleteOne = (key: string, call: CallOptions): Promise<void> =>
    requests.repeat(`DELETE ${describe(key)}`, call, (wire) => remote.delete(wire, key))
  const deleteEach = async (keys: readonly string[], call: CallOptions): Promise<void> => {
    const left = keys.values()
    const worker = async (): Promise<void> => {
      for (const key of left) await deleteOne(key, call)
    }
    await Promise.all(Array.from({ length: Math.min(DELETING, keys.length) }, worker))
  }
  return {
    description: target.description,
    async get(key, { ifNoneMatch, range, ...call } = {}) {
      checkKey(key)
      checkRange(key, range)
      requests.assertOpen()
      return requests.repeat(`GET ${describe(key)}`, call, (wire) => remote.get(wire, key, { ifNoneMatch, range }))
    },
    async put(key, body, options = {}): Promise<PutResult> {
      const { condition, ...call } = options
      checkKey(key)
      checkBody(key, body)
      checkCondition(key, options)
      requests.assertOpen()
      if (condition !== undefined) return putConditionally(requests, remote, { key, body, condition }, call)
      const bytes = copyOf(body)
      const put = await requests.repeat(`PUT ${describe(key)}`, call, (wire) => remote.put(wire, key, bytes))
      return { outcome: 'written', ...put }
    },
    async delete(keys, call = {}) {
      const each = typeof keys === 'string' ? [keys] : [...keys]
      for (const key of each) checkKey(key)
      requests.assertOpen()
      if (typeof keys === 'string') return deleteOne(keys, call)
      return remote.deleteMany === undefined ? deleteEach(each, call) : remote.deleteMany(requests, each, call)
    },
    async *list(prefix, options = {}): AsyncGenerator<ListPage> {
      checkPrefix(prefix)
      requests.assertOpen()
      yield* listPages(requests, (wire, wanted) => remote.list(wire, wanted), prefix, options)
    },
    async close() {
      requests.close()
    },
  }
}

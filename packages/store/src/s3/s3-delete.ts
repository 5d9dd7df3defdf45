import { createHash } from 'node:crypto'
import { describe } from '@s3sched/kernel'
import type { CallOptions } from '../object-store.ts'
import type { Requests } from '../remote/requests.ts'
import { StoreError } from '../store-error.ts'
import { isMissing } from './s3-get.ts'
import { meaningOf } from './s3-error.ts'
import type { S3Means, S3Wire } from './s3-means.ts'
import { readTrouble } from './s3-trouble.ts'
import { watchAnswer } from './watch-answer.ts'

/** The largest number of keys in one delete request. */
const BATCH = 1000

/** The number of failed keys in the message of an error. */
const NAMED = 5

interface FailedKey {
  readonly key: string
  readonly name: string
  readonly message: string
}

/** Deletes one object: 1 request. Deletes have no condition, because servers that ignore the condition are common. */
export async function deleteOnce({ client, sdk, signal }: S3Wire, bucket: string, key: string): Promise<void> {
  const command = new sdk.DeleteObjectCommand({ Bucket: bucket, Key: key })
  watchAnswer(command)
  try {
    await client.send(command, { abortSignal: signal })
  } catch (thrown) {
    const { name, status } = readTrouble(thrown, 0)
    if (!isMissing(name, status)) throw thrown
  }
}

/**
 * Deletes many objects: 1 request per 1,000 keys. The answer has an outcome per key: retriable keys are tried again.
 * The failed keys are named after all other keys were deleted.
 */
export async function deleteMany(
  requests: Requests<S3Means>,
  bucket: string,
  keys: readonly string[],
  call: CallOptions,
): Promise<void> {
  const failed: FailedKey[] = []
  for (let at = 0; at < keys.length; at += BATCH) {
    failed.push(...(await deleteBatch(requests, bucket, keys.slice(at, at + BATCH), call)))
  }
  const [first] = failed
  if (first !== undefined) throw notDeleted(first, failed, keys.length)
}

async function deleteBatch(
  requests: Requests<S3Means>,
  bucket: string,
  keys: readonly string[],
  call: CallOptions,
): Promise<FailedKey[]> {
  const time = requests.countdown(call)
  const failed: FailedKey[] = []
  let left = keys
  for (;;) {
    const batch = left
    const answered = await requests.repeat(`DELETE ${batch.length} objects`, call, (wire) =>
      sendBatch(wire, bucket, batch),
    )
    const again = answered.filter(isRetriable)
    failed.push(...answered.filter((each) => !isRetriable(each)))
    if (again.length === 0) return failed
    if (!(await time.backOff(undefined))) return [...failed, ...again]
    left = again.map(({ key }) => key)
  }
}

async function sendBatch(
  { client, sdk, signal }: S3Wire,
  bucket: string,
  keys: readonly string[],
): Promise<FailedKey[]> {
  const Objects = keys.map((key) => ({ Key: key }))
  const command = new sdk.DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } })
  command.middlewareStack.add(addContentMd5 as never, { step: 'build', priority: 'low', name: 's3schedContentMd5' })
  watchAnswer(command)
  const output = await client.send(command, { abortSignal: signal })
  return (output.Errors ?? [])
    .filter(({ Code }) => Code !== 'NoSuchKey')
    .map(({ Key = '', Code = 'Unknown', Message = '' }) => ({ key: Key, name: Code, message: Message }))
}

/** Servers from before S3's newer checksums demand this header for a batch; the SDK no longer sends the header. */
function addContentMd5(next: (args: unknown) => unknown) {
  return (args: { readonly request: { body?: unknown; readonly headers: Record<string, string> } }): unknown => {
    const { body, headers } = args.request
    if (typeof body === 'string' || body instanceof Uint8Array) {
      headers['content-md5'] = createHash('md5').update(body).digest('base64')
    }
    return next(args)
  }
}

function isRetriable({ name, message }: FailedKey): boolean {
  return meaningOf({ name, message }).retriable === true
}

function notDeleted(first: FailedKey, failed: readonly FailedKey[], total: number): StoreError {
  const named = failed.slice(0, NAMED).map(({ key, name }) => `${describe(key)} (${name})`)
  const rest = failed.length > NAMED ? ` and ${failed.length - NAMED} more` : ''
  const { code, retriable = false, suggestion } = meaningOf(first)
  return new StoreError(`${failed.length} of ${total} objects were not deleted: ${named.join(', ')}${rest}`, {
    code,
    retriable,
    context: { failed: failed.map(({ key, name }) => ({ key, name })) },
    ...(suggestion === undefined ? {} : { suggestion }),
  })
}

import { describe } from '@s3sched/kernel'
import type { CallOptions, GetResult, PutCondition, PutResult } from '../object-store.ts'
import { StoreError } from '../store-error.ts'
import {
  afterPut,
  afterRead,
  FIRST_TRY,
  type Decision,
  type PutAnswer,
  type PutState,
  type ReadAnswer,
} from './conditional-put.ts'
import { getOnce, isMissing } from './s3-get.ts'
import { putOnce, type Put } from './s3-put.ts'
import type { Attempt, S3Requests } from './s3-requests.ts'

/** Makes the requests that `conditional-put.ts` decides on, until there is an outcome or the time is over. */
export async function putConditionally(
  requests: S3Requests,
  bucket: string,
  key: string,
  given: Uint8Array,
  condition: PutCondition,
  call: CallOptions,
): Promise<PutResult> {
  const body = given.slice() // a copy: every try sends the same bytes, even if the caller changes the array
  const time = requests.countdown(call)
  const put = async (): Promise<PutAnswer> =>
    answerOfPut(
      condition,
      await requests.attempt(`PUT ${describe(key)}`, call, time.tryMs(), (wire) =>
        putOnce(wire, bucket, key, body, condition),
      ),
    )
  const read = async (): Promise<ReadAnswer> =>
    answerOfRead(
      condition,
      body,
      await requests.attempt(`reading back ${describe(key)}`, call, time.tryMs(), (wire) =>
        getOnce(wire, { bucket, key }),
      ),
    )
  let decision: Decision = afterPut(FIRST_TRY, await put())
  for (;;) {
    const { state, step } = decision
    if (step.do === 'return') return result(state, step.result)
    if (step.do === 'throw') throw step.error
    if (step.do === 'reject') throw contradicts(key, condition)
    if (step.backOff && !(await time.backOff(state.trouble))) {
      return result(state, { outcome: 'unknown', cause: state.trouble })
    }
    if (time.tryMs() === 0) return result(state, { outcome: 'unknown', cause: state.trouble ?? outOfTime(key) })
    decision = step.do === 'put' ? afterPut(state, await put()) : afterRead(state, condition, await read())
  }
}

function result({ throttled }: PutState, found: PutResult): PutResult {
  return throttled ? { ...found, isThrottled: true } : found
}

function answerOfPut(condition: PutCondition, made: Attempt<Put>): PutAnswer {
  if (made.ok) return { kind: 'written', ...made.value }
  const { error, trouble } = made
  // An error without an attempt count and without a status came before any request was sent.
  const sure = trouble?.attempts === undefined ? trouble?.status === undefined : trouble.attempts === 1
  if (trouble !== undefined) {
    const { name, status, serverTime } = trouble
    const refused = name === 'PreconditionFailed' || (status === 412 && name !== 'ConditionalRequestConflict')
    if (refused || ('ifMatch' in condition && isMissing(name, status))) {
      return { kind: 'refused', sure, serverTime }
    }
    if (name === 'ConditionalRequestConflict' || status === 409) return { kind: 'raced', sure, error }
  }
  if (error.code === 'THROTTLED') return { kind: 'throttled', error }
  if (error.retriable) return { kind: 'unclean', error }
  // A nonsensical answer may have come after the write had landed; a clear refusal has a status of 400 or more.
  const vague = (error.code === 'UNEXPECTED' || error.code === 'CORRUPT') && (trouble?.status ?? 0) < 400
  return vague ? { kind: 'unclean', error } : { kind: 'failed', sure, error }
}

function answerOfRead(condition: PutCondition, body: Uint8Array, made: Attempt<GetResult>): ReadAnswer {
  if (!made.ok) return { kind: made.error.retriable ? 'trouble' : 'failed', error: made.error }
  const got = made.value
  const { serverTime } = got
  if (got.outcome === 'too-large') return { kind: 'other', serverTime }
  if (got.outcome !== 'found') return 'ifAbsent' in condition ? { kind: 'expected' } : { kind: 'other', serverTime }
  if (Buffer.compare(got.body, body) === 0) return { kind: 'same', etag: got.etag, serverTime }
  return 'ifMatch' in condition && got.etag === condition.ifMatch ? { kind: 'expected' } : { kind: 'other', serverTime }
}

function outOfTime(key: string): StoreError {
  return new StoreError(`the write of ${describe(key)} ran out of time`, { code: 'TIMEOUT', retriable: true })
}

function contradicts(key: string, condition: PutCondition): StoreError {
  const etag = 'ifMatch' in condition ? condition.ifMatch : 'none'
  return new StoreError(`the server refuses If-Match ${etag} for ${describe(key)}, whose ETag it says is ${etag}`, {
    code: 'UNSUPPORTED',
    suggestion: 'Use a server that the README lists as right',
  })
}

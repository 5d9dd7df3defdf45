import { copyOf } from '../byte-range.ts'
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
import type { Attempt, Requests, Wire } from './requests.ts'
import type { Trouble } from './trouble.ts'

/** A put that was answered with success. */
export interface Put {
  readonly etag: string
  readonly serverTime: number | undefined
}

/** The two requests of a conditional write, and the reading of a refusal. */
export interface ConditionalRequests<Means> {
  get(wire: Wire<Means>, key: string): Promise<GetResult>
  put(wire: Wire<Means>, key: string, body: Uint8Array, condition?: PutCondition): Promise<Put>
  /** `refused`: the condition was not met; `raced`: not applied, and worth another try. */
  judge(trouble: Trouble, condition: PutCondition): 'refused' | 'raced' | undefined
}

export interface ConditionalWrite {
  readonly key: string
  readonly body: Uint8Array
  readonly condition: PutCondition
}

/** Makes the requests that `conditional-put.ts` decides on, until there is an outcome or the time is over. */
export async function putConditionally<Means>(
  requests: Requests<Means>,
  remote: ConditionalRequests<Means>,
  { body: given, condition, key }: ConditionalWrite,
  call: CallOptions,
): Promise<PutResult> {
  const body = copyOf(given) // every try sends the same bytes, even if the caller changes the array
  const time = requests.countdown(call)
  const put = async (): Promise<PutAnswer> => {
    const made = await requests.attempt(`PUT ${describe(key)}`, call, time.tryMs(), (wire) =>
      remote.put(wire, key, body, condition),
    )
    return answerOfPut(made, made.ok || made.trouble === undefined ? undefined : remote.judge(made.trouble, condition))
  }
  const read = async (): Promise<ReadAnswer> =>
    answerOfRead(
      condition,
      body,
      await requests.attempt(`reading back ${describe(key)}`, call, time.tryMs(), (wire) => remote.get(wire, key)),
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

function answerOfPut(made: Attempt<Put>, judged: 'refused' | 'raced' | undefined): PutAnswer {
  if (made.ok) return { kind: 'written', ...made.value }
  const { error, trouble } = made
  // An error without an attempt count and without a status came before any request was sent.
  const sure = trouble?.attempts === undefined ? trouble?.status === undefined : trouble.attempts === 1
  if (judged === 'refused') return { kind: 'refused', sure, serverTime: trouble?.serverTime }
  if (judged === 'raced') return { kind: 'raced', sure, error }
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

import type { PutCondition, PutResult } from '../object-store.ts'
import type { StoreError } from '../store-error.ts'

/**
 * Determines the outcome of a conditional write. Pure: `conditional-put-loop.ts` makes the requests.
 *
 * The server has the only authority, and gives its answer once: 200 or 412. Trouble begins when the answer is lost: a
 * write that landed and is sent again gets a 412 because of itself. So an answer counts only while the write is
 * **clean**: while no earlier try of the same write may have landed, or may still be on its way.
 *
 * - clean 200: written. Clean 412, or 404 to an If-Match: conflict. Nothing more is asked: 1 request.
 * - 409: raced with another request for the key; not applied, not lost. Put again.
 * - no answer, or an answer that says nothing about the write (a reset, a timeout, a 500, a 200 without an ETag), and
 *   any answer but a 200 after a retry of the client itself: **unclean**. Read the object back and compare the bytes;
 *   the bytes are unique to this write.
 *   - the same bytes: written. Later writers can't have been hurt: a later write would have replaced the bytes.
 *   - the state that the condition expects (the old ETag, or no object): not landed *yet*. The late try can't be called
 *     back, so the same bytes are put again under the same condition; the server lets one of the two puts through, and
 *     a 412 to the second put leads back here.
 *   - something else: conflict. The own write may have been there in between; a caller that needs to know finds the
 *     trace of its write in the present object.
 * - throttled: perhaps by a proxy, after the write had passed. So the write is put again later, and is unclean from
 *   then on.
 * - out of time: unknown, with the last error.
 *
 * A server that refuses with 412, although a read shows the expected state, contradicts itself. With If-None-Match the
 * reason may be innocent: other writers created and deleted the object meanwhile. With If-Match there is no such
 * reason: the third time is an error.
 */
export interface PutState {
  /** True if an earlier try may have landed, or may land later. */
  readonly unclean: boolean
  /** The number of times that the server refused an ETag and then showed the same ETag. */
  readonly contradictions: number
  /** True while the object is read after a refusal. */
  readonly refused: boolean
  /** The last error. */
  readonly trouble: StoreError | undefined
  /** True once the server has asked for fewer requests. */
  readonly throttled: boolean
}

export const FIRST_TRY: PutState = {
  unclean: false,
  contradictions: 0,
  refused: false,
  trouble: undefined,
  throttled: false,
}

/**
 * The result of one PUT. `sure` when the client is known to have sent one request: otherwise an earlier request may
 * have landed.
 */
export type PutAnswer =
  | { readonly kind: 'written'; readonly etag: string; readonly serverTime?: number | undefined }
  /** 412, or 404 to an If-Match. */
  | { readonly kind: 'refused'; readonly sure: boolean; readonly serverTime?: number | undefined }
  /** 409. */
  | { readonly kind: 'raced'; readonly sure: boolean; readonly error: StoreError }
  | { readonly kind: 'throttled'; readonly error: StoreError }
  /** The write may have landed or not. */
  | { readonly kind: 'unclean'; readonly error: StoreError }
  /** Not applied, and a repetition would fail too. */
  | { readonly kind: 'failed'; readonly sure: boolean; readonly error: StoreError }

/** The result of a read. */
export type ReadAnswer =
  | { readonly kind: 'same'; readonly etag: string; readonly serverTime?: number | undefined }
  | { readonly kind: 'expected' }
  | { readonly kind: 'other'; readonly serverTime?: number | undefined }
  | { readonly kind: 'trouble'; readonly error: StoreError }
  | { readonly kind: 'failed'; readonly error: StoreError }

export type Step =
  | { readonly do: 'put' | 'read'; readonly backOff: boolean }
  | { readonly do: 'return'; readonly result: PutResult }
  | { readonly do: 'throw'; readonly error: StoreError }
  /** The server contradicts itself. */
  | { readonly do: 'reject' }

export interface Decision {
  readonly state: PutState
  readonly step: Step
}

const CONTRADICTIONS_ALLOWED = 2

export function afterPut(before: PutState, answer: PutAnswer): Decision {
  const state: PutState = 'sure' in answer && !answer.sure ? { ...before, unclean: true } : before
  switch (answer.kind) {
    case 'written':
      return { state, step: finished({ outcome: 'written', etag: answer.etag, serverTime: answer.serverTime }) }
    case 'refused':
      if (!state.unclean) {
        return { state, step: finished({ outcome: 'conflict', serverTime: answer.serverTime }) }
      }
      return {
        state: { ...state, refused: true },
        step: { do: 'read', backOff: false },
      }
    case 'raced':
      return { state: { ...state, trouble: answer.error }, step: { do: 'put', backOff: true } }
    case 'throttled':
      return {
        state: { ...state, unclean: true, throttled: true, trouble: answer.error },
        step: { do: 'put', backOff: true },
      }
    case 'unclean':
      return { state: { ...state, unclean: true, trouble: answer.error }, step: { do: 'read', backOff: true } }
  }
  return { state, step: state.unclean ? unknown(answer.error) : { do: 'throw', error: answer.error } }
}

export function afterRead(state: PutState, condition: PutCondition, answer: ReadAnswer): Decision {
  switch (answer.kind) {
    case 'same':
      return { state, step: finished({ outcome: 'written', etag: answer.etag, serverTime: answer.serverTime }) }
    case 'other':
      return { state, step: finished({ outcome: 'conflict', serverTime: answer.serverTime }) }
    case 'expected': {
      const contradictions = state.contradictions + (state.refused && 'ifMatch' in condition ? 1 : 0)
      if (contradictions > CONTRADICTIONS_ALLOWED) return { state, step: { do: 'reject' } }
      return { state: { ...state, contradictions, refused: false }, step: { do: 'put', backOff: state.refused } }
    }
    case 'trouble':
      return { state: { ...state, trouble: answer.error }, step: { do: 'read', backOff: true } }
  }
  return { state, step: unknown(answer.error) }
}

function unknown(cause: StoreError): Step {
  return finished({ outcome: 'unknown', cause })
}

function finished(result: PutResult): Step {
  return { do: 'return', result }
}

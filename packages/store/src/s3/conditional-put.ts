import type { PutCondition, PutResult } from '../object-store.ts'
import type { StoreError } from '../store-error.ts'

/**
 * How the outcome of a conditional write is found out. Pure: `conditional-put-loop.ts` makes the requests.
 *
 * The server has the only authority, and says it once: 200 or 412. Trouble begins when its answer is lost, since a
 * write that landed and is sent again answers 412 to its own author. So an answer counts only while it is **clean**:
 * while no earlier try of the same write may have landed, or may still be on its way.
 *
 * - clean 200: written. Clean 412, or 404 to an If-Match: conflict. Nothing more is asked: 1 request.
 * - 409: raced with another request for the key; not applied, not lost. Again.
 * - no answer, or one that says nothing about the write (a reset, a timeout, a 500, a 200 without an ETag), and any
 *   answer but a 200 that came after the client had retried by itself: **unclean**. Read the object back and compare the bytes, which nobody else writes.
 *   - the same bytes: written. Later writers can't have been hurt: they would have replaced the bytes.
 *   - what the condition expects (the old ETag, or no object): not landed *yet*. The late try can't be called back, so
 *     the same bytes are put again under the same condition; of the two, the server lets one through, and a 412 to
 *     the second leads back here.
 *   - something else: conflict. Whether the own write was there in between can't be seen; whoever needs to know finds its
 *     trace in what the object now says.
 * - throttled: perhaps by a proxy, after the write had passed. So it is put again later, and is unclean from then on.
 * - out of time: unknown, with what stood in the way.
 *
 * A server that refuses with 412 what a read shows to be as expected contradicts itself. When the object was created
 * and deleted by others meanwhile that is innocent, with If-Match it can't be: the third time is an error.
 */
export interface PutState {
  /** An earlier try may have landed, or may land later. */
  readonly unclean: boolean
  /** How often the server has refused an ETag that the object had right afterwards. */
  readonly contradictions: number
  /** The last answer was a refusal: what the object is now is being looked at. */
  readonly refused: boolean
  /** What was last in the way. */
  readonly trouble: StoreError | undefined
}

export const FIRST_TRY: PutState = { unclean: false, contradictions: 0, refused: false, trouble: undefined }

/** What came of one PUT. `sure` when the client is known to have sent one request: else an earlier one may have landed. */
export type PutAnswer =
  | { readonly kind: 'written'; readonly etag: string; readonly serverTime?: number | undefined }
  /** 412, or 404 to an If-Match. */
  | { readonly kind: 'refused'; readonly sure: boolean; readonly serverTime?: number | undefined }
  /** 409. */
  | { readonly kind: 'raced'; readonly sure: boolean; readonly error: StoreError }
  | { readonly kind: 'throttled'; readonly error: StoreError }
  /** Nothing is known about the write. */
  | { readonly kind: 'unclean'; readonly error: StoreError }
  /** Not applied, and would not be the next time. */
  | { readonly kind: 'failed'; readonly sure: boolean; readonly error: StoreError }

/** What a read showed. */
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
      return { state: { ...state, unclean: true, trouble: answer.error }, step: { do: 'put', backOff: true } }
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

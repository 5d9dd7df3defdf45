import { messageOf } from '@s3sched/kernel'
import type { DuePass } from './due-pass.ts'

/** The answer of a handler that has not run anything. */
export interface Refusal {
  readonly outcome: 'refused'
  readonly error: { readonly code: string; readonly message: string }
}

export function refusal(code: string, message: string): Refusal {
  return { outcome: 'refused', error: { code, message } }
}

export function answer(
  status: number,
  body: DuePass | Refusal,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store', ...headers } })
}

/** The request of a platform without `Request`; the answer, for a request without this form, such as a TRACE. */
export function requestOrAnswer(url: string, init: RequestInit): Request | Response {
  try {
    return new Request(url, init)
  } catch (error) {
    return answer(400, refusal('REQUEST', messageOf(error)))
  }
}

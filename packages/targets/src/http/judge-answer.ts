/** An answer of the receiver, without its body. */
export interface AnswerHead {
  readonly status: number
  readonly location: string | null
  readonly retryAfter: string | null
}

export type Judgement =
  | { readonly kind: 'done' }
  /** The work goes on; `location` tells where to look. */
  | { readonly kind: 'follow'; readonly location: string; readonly afterMs: number | undefined }
  /** The work goes on, and nothing tells where. */
  | { readonly kind: 'nowhere' }
  /** Not taken now. */
  | { readonly kind: 'later'; readonly afterMs: number | undefined }
  | { readonly kind: 'refused' }

/** Answers that a later attempt may mend: the receiver is busy, not up, or still at the same message. */
const LATER: readonly number[] = [408, 409, 425, 429, 500, 502, 503, 504]

/** The meaning of the answer to a message. */
export function judgeAnswer(
  { location, retryAfter, status }: AnswerHead,
  wait: 'accepted' | 'done',
  nowMs: number,
): Judgement {
  const afterMs = parseRetryAfter(retryAfter, nowMs)
  if (LATER.includes(status)) return { kind: 'later', afterMs }
  if (status < 200 || status > 299) return { kind: 'refused' }
  if (wait === 'accepted' || status !== 202) return { kind: 'done' }
  return location === null ? { kind: 'nowhere' } : { kind: 'follow', location, afterMs }
}

/**
 * The meaning of the answer to a look at the work. The work was handed over, so nothing but its end and a definite no
 * ends the looks.
 */
export function judgeLook({ retryAfter, status }: AnswerHead, nowMs: number): Judgement {
  if (status === 202 || LATER.includes(status)) return { kind: 'later', afterMs: parseRetryAfter(retryAfter, nowMs) }
  return status >= 200 && status <= 299 ? { kind: 'done' } : { kind: 'refused' }
}

/** Seconds, or a date. */
function parseRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000
  // oxlint-disable-next-line no-restricted-globals -- reads a text, not the clock
  const until = Date.parse(header)
  return Number.isNaN(until) ? undefined : Math.max(0, until - nowMs)
}

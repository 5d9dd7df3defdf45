const SECOND_MS = 1000
export const MINUTE_MS: number = 60 * SECOND_MS
export const HOUR_MS: number = 60 * MINUTE_MS
export const DAY_MS: number = 24 * HOUR_MS
/** The time of an estimate. */
export const MONTH_MS: number = 30 * DAY_MS

/** Requests in 30 days. */
export interface Requests {
  readonly put: number
  readonly get: number
  readonly list: number
}

/** Number of times in a month. */
export function times(everyMs: number): number {
  return MONTH_MS / everyMs
}

export function sum(parts: readonly Partial<Requests>[]): Requests {
  const total = { put: 0, get: 0, list: 0 }
  for (const { get = 0, list = 0, put = 0 } of parts) {
    total.put += put
    total.get += get
    total.list += list
  }
  return total
}

export function multiply({ get = 0, list = 0, put = 0 }: Partial<Requests>, factor: number): Requests {
  return { put: put * factor, get: get * factor, list: list * factor }
}

const HOUR = 3_600_000

/** An expression, with the twelve hours before and after a clock change of its zone. */
export interface ClockChange {
  readonly expression: string
  readonly zone: string
  readonly what: string
  /** Epoch milliseconds, included. */
  readonly from: number
  /** Epoch milliseconds, not included. */
  readonly to: number
}

const ROWS: readonly (readonly [expression: string, zone: string, change: string, what: string])[] = [
  ['30 2 * * *', 'America/New_York', '2024-03-10T07:00Z', '02:00 → 03:00'],
  ['0,30 2 * * *', 'America/New_York', '2024-03-10T07:00Z', '02:00 → 03:00'],
  ['0 2,3 * * *', 'America/New_York', '2024-03-10T07:00Z', '02:00 → 03:00'],
  ['*/15 2 * * *', 'America/New_York', '2024-03-10T07:00Z', '02:00 → 03:00'],
  ['*/20 30 2 * * *', 'America/New_York', '2024-03-10T07:00Z', '02:00 → 03:00'],
  ['30 1 * * *', 'America/New_York', '2024-11-03T06:00Z', '02:00 → 01:00'],
  ['*/30 1 * * *', 'America/New_York', '2024-11-03T06:00Z', '02:00 → 01:00'],
  ['0 1-2 * * *', 'America/New_York', '2024-11-03T06:00Z', '02:00 → 01:00'],
  ['0 * * * *', 'America/New_York', '2024-11-03T06:00Z', '02:00 → 01:00'],
  ['0 0-23 * * *', 'America/New_York', '2024-11-03T06:00Z', '02:00 → 01:00'],
  ['0 0 * * *', 'America/Havana', '2024-03-10T05:00Z', '00:00 → 01:00'],
  ['0 0 * * *', 'America/Havana', '2024-11-03T05:00Z', '01:00 → 00:00'],
  ['15 2 * * *', 'Australia/Lord_Howe', '2024-10-05T15:30Z', '02:00 → 02:30'],
  ['45 1 * * *', 'Australia/Lord_Howe', '2024-04-06T15:00Z', '02:00 → 01:30'],
  ['30 2 * * *', 'Antarctica/Troll', '2024-03-31T01:00Z', '01:00 → 03:00'],
  ['30 0 * * *', 'America/St_Johns', '2006-04-02T03:31Z', '00:01 → 01:01'],
  ['30 23 * * *', 'America/Nuuk', '2024-03-31T01:00Z', '23:00 → 00:00'],
  ['30 12 * * *', 'Europe/Moscow', '2014-10-25T22:00Z', '02:00 → 01:00'],
  ['0 9 * * *', 'Pacific/Apia', '2011-12-30T10:00Z', '30 Dec skipped'],
  ['0 9 30 * *', 'Pacific/Apia', '2011-12-30T10:00Z', '30 Dec skipped'],
]

export const CHANGES: readonly ClockChange[] = ROWS.map(([expression, zone, change, what]) => {
  const at = Date.parse(change)
  return { expression, zone, what, from: at - 12 * HOUR, to: at + 12 * HOUR }
})

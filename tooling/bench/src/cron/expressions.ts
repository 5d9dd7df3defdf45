/** Typical schedules. */
export const COMMON: readonly string[] = [
  '* * * * *',
  '*/5 * * * *',
  '0 * * * *',
  '30 2 * * *',
  '0 9-17 * * 1-5',
  '15,45 3 * * *',
  '0 0 1 * *',
  '*/10 * * * * *',
]

/** Schedules with ticks far apart. */
export const SPARSE: readonly string[] = ['0 0 29 2 *', '0 0 L * *', '0 0 * * 5L', '0 0 * * 1#2']

export const ZONES: readonly string[] = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Asia/Tokyo',
]

const FROM = Date.UTC(2025, 0, 1)
const YEARS_MS = 3 * 365 * 86_400_000

/** An instant in three years, spread evenly by the golden ratio. */
export function instant(call: number): number {
  return FROM + Math.floor(((call * 0.618_033_988_749_895) % 1) * YEARS_MS)
}

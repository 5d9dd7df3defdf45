/** The instant of an HTTP date such as `Sun, 06 Nov 1994 08:49:37 GMT`, epoch ms; `undefined` for any other text. */
export function parseHttpDate(header: string | undefined): number | undefined {
  if (header === undefined) return undefined
  // oxlint-disable-next-line no-restricted-globals -- reads a text, not the clock
  const parsed = Date.parse(header)
  return Number.isNaN(parsed) ? undefined : parsed
}

/** An ETag in its quotes, which some servers leave out in some answers; `undefined` for none. */
export function quoted(etag: string | undefined): string | undefined {
  if (etag === undefined || etag === '') return undefined
  return /^(W\/)?"/.test(etag) ? etag : `"${etag}"`
}

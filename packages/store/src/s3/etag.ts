/** An ETag in its quotes, because some servers omit the quotes in some answers; `undefined` without an ETag. */
export function quoted(etag: string | undefined): string | undefined {
  if (etag === undefined || etag === '') return undefined
  return /^(W\/)?"/.test(etag) ? etag : `"${etag}"`
}

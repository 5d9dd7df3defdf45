import { stableHash } from '@s3sched/kernel'

/**
 * The name of a page: the lowest bits of the hash, common to all keys of the page, the lowest bit first. The first page
 * has no bits and an empty name. `01` holds the keys whose hash ends in binary `10`.
 *
 * The lowest bits come first because the shard of a key is the hash modulo `2 ** n`: a page of depth `n` or more lies
 * in one of `2 ** n` shards.
 */
export type PageName = string

/** The hash has 32 bits; far fewer are enough. A page of the largest depth only grows. */
export const MAX_DEPTH = 24

const ROOT = 'root'
const KEY = /^pages\/(root|[01]{1,24})\.json$/

/** The folder of all pages of a ledger, below the namespace. */
export const PAGES = 'pages/'

/** The first `depth` bits of a key's hash, as the name of a page. */
export function pageNameOf(key: string, depth: number): PageName {
  return bitsOf(stableHash(key), 0, depth)
}

/** The bits `from` to `until` of a key's hash. */
export function hashBits(key: string, from: number, until: number): string {
  return bitsOf(stableHash(key), from, until)
}

/** The eight bits of every byte, the lowest first. */
const BITS: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  Array.from({ length: 8 }, (_bit, at) => (byte >>> at) & 1).join(''),
)

/** Very many keys are looked up in a turn, so the bits come from a table. */
function bitsOf(hash: number, from: number, until: number): string {
  let bits = ''
  for (let bit = 0; bit < until; bit += 8) bits += BITS[(hash >>> bit) & 0xff] ?? ''
  return bits.slice(from, until)
}

/** The key of a page's object, below the ledger's namespace. */
export function objectKeyOf(page: PageName): string {
  return `${PAGES}${page === '' ? ROOT : page}.json`
}

/** The reverse of {@link objectKeyOf}; `undefined` for any other object. */
export function pageOfObject(objectKey: string): PageName | undefined {
  const name = KEY.exec(objectKey)?.[1]
  return name === ROOT ? '' : name
}

/** All pages of `depth` below a page. */
export function pagesBelow(page: PageName, depth: number): PageName[] {
  let names = [page]
  while ((names[0]?.length ?? depth) < depth) names = names.flatMap((name) => [`${name}0`, `${name}1`])
  return names
}

/** The name of the page for people. */
export function showPage(page: PageName): string {
  return page === '' ? ROOT : page
}

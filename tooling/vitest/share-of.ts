import { readFileSync } from 'node:fs'

interface Share {
  /** Taken by a plain `npm test`. */
  readonly plain: number
  /** Taken by CI. */
  readonly all: number
}

const shares = JSON.parse(readFileSync(new URL('shares.json', import.meta.url), 'utf8')) as Readonly<
  Record<
    | 'seeds'
    | 'mutants'
    | 'days'
    | 'cases'
    | 'commands'
    | 'jobs'
    | 'increments'
    | 'processes'
    | 'repeats'
    | 'databases'
    | 'compilers'
    | 'users'
    | 'looks',
    Share
  >
>

/**
 * The number of cases that a test takes of a long series of equal cases: all of them in CI, which sets
 * `S3SCHED_SHARES=all`, and else a share. `npm test` names the shares at its end.
 */
export function shareOf(name: keyof typeof shares): number {
  return sizeOf(shares[name])
}

/**
 * The number of cases that a package's own simulation takes of so many: all of them in CI, and else a share, one at
 * least. `S3SCHED_CASES=1000` takes a thousand.
 */
export function casesOf(count: number): number {
  const share = shareOf('cases') / shares.cases.all
  return Number(process.env['S3SCHED_CASES'] ?? Math.ceil(count * share))
}

/** A size that is the point of a test, such as its number of jobs: a plain run takes a smaller one than CI. */
export function sizeOf(size: { readonly plain: number; readonly all: number }): number {
  return process.env['S3SCHED_SHARES'] === 'all' ? size.all : size.plain
}

/**
 * The first cases of a list, as many as {@link shareOf} says.
 *
 * @throws if `shares.json` counts another number of cases, since CI would leave some out
 */
export function takeShare<T>(name: keyof typeof shares, cases: readonly T[]): readonly T[] {
  const { all } = shares[name]
  if (cases.length !== all) throw new Error(`expected ${all} ${name}, as in shares.json, got ${cases.length}`)
  return cases.slice(0, shareOf(name))
}

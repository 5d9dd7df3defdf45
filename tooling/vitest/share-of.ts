import { readFileSync } from 'node:fs'

interface Share {
  /** Taken by a plain `npm test`. */
  readonly plain: number
  /** Taken by CI. */
  readonly all: number
}

const shares = JSON.parse(readFileSync(new URL('shares.json', import.meta.url), 'utf8')) as Readonly<
  Record<'seeds' | 'mutants' | 'days' | 'increments' | 'compilers', Share>
>

/**
 * The number of cases that a test takes of a long series of equal cases: all of them in CI, which sets
 * `S3SCHED_SHARES=all`, and else a share. `npm test` names the shares at its end.
 */
export function shareOf(name: keyof typeof shares): number {
  const { all, plain } = shares[name]
  return process.env['S3SCHED_SHARES'] === 'all' ? all : plain
}

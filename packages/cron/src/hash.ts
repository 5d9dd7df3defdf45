import { stableHash } from '@s3sched/kernel'

/**
 * A number in [0, 1) that depends on every bit of `text` and on nothing else, the same on every machine and in every
 * release: the pick of `H` must not move when a process restarts.
 */
export function fractionOf(text: string): number {
  return stableHash(text) / 2 ** 32
}

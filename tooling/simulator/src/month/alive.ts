import { queryObjects } from 'node:v8'

/** How many objects of a kind can still be reached: what a process remembers is in one of these. */
export interface Alive {
  readonly maps: number
  readonly sets: number
  /** Each long wait has one, and listeners hang on it. */
  readonly signals: number
  readonly promises: number
  readonly arrays: number
}

/** Collects garbage, and counts. */
export function countAlive(): Alive {
  return {
    maps: countOf(Map),
    sets: countOf(Set),
    signals: countOf(AbortSignal),
    promises: countOf(Promise),
    arrays: countOf(Array),
  }
}

function countOf(kind: Function): number {
  return queryObjects(kind, { format: 'count' })
}

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
  const count = (kind: new (...args: never[]) => object): number => queryObjects(kind, { format: 'count' })
  return {
    maps: count(Map),
    sets: count(Set),
    signals: count(AbortSignal as unknown as new () => object),
    promises: count(Promise),
    arrays: count(Array),
  }
}

import { queryObjects } from 'node:v8'

/** Numbers of reachable objects, by kind; the state of a process is in objects of these kinds. */
export interface Alive {
  readonly maps: number
  readonly sets: number
  /** Each long wait has a signal with listeners. */
  readonly signals: number
  readonly promises: number
  readonly arrays: number
}

/** Collects garbage, and counts the reachable objects. */
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

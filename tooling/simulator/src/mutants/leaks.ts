import type { Edit } from './mutant.ts'

/** A variant that leaks, in the bucket or in a process. */
export interface Leak extends Edit {
  readonly name: string
  readonly also?: Edit
  /** The checkers notice the leak within this many simulated days. */
  readonly withinDays: number
}

export const LEAKS: readonly Leak[] = [
  {
    name: 'outcomes that never leave their page',
    file: 'jobs/src/bucket/outcome-flusher.ts',
    find: 'if (view === undefined) return\n',
    replace: 'if (view !== undefined) return\n',
    withinDays: 8,
  },
  {
    name: 'an entry of one map for each run',
    file: 'engine/src/runs/runs-in-hand.ts',
    find: 'this.#open.set(runId, stay)',
    replace: 'this.#open.set(runId, stay)\n    TOLD.set(runId, true)',
    also: {
      file: 'engine/src/runs/runs-in-hand.ts',
      find: 'export class RunsInHand {',
      replace: 'const TOLD = new Map<string, boolean>()\nexport class RunsInHand {',
    },
    withinDays: 8,
  },
  {
    name: 'a map that stays behind each term',
    file: 'engine/src/leader/leader-term.ts',
    find: 'this.#starter = deps.createStarter(signal)',
    replace: 'this.#starter = deps.createStarter(signal)\n    KEPT.push(new Map())',
    also: {
      file: 'engine/src/leader/leader-term.ts',
      find: 'export class LeaderTerm implements Term {',
      replace: 'const KEPT: object[] = []\nexport class LeaderTerm implements Term {',
    },
    withinDays: 8,
  },
  {
    name: 'members that are never forgotten',
    file: 'coordinator/src/member-list.ts',
    find: 'if (gone.length > 0) await this.#store.delete(gone)',
    replace: 'void gone',
    withinDays: 8,
  },
]

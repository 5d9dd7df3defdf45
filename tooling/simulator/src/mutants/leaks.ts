import type { Edit } from './mutants.ts'

/** A variant that leaks, in the bucket or in a process. */
export interface Leak extends Edit {
  readonly name: string
  readonly also?: Edit
  /** The checkers notice the leak within this many simulated days. */
  readonly withinDays: number
}

export const LEAKS: readonly Leak[] = [
  {
    name: 'records of runs that are never forgotten',
    file: 'jobs/src/record/recorded-runs.ts',
    find: 'for (const runId of ofJob.keys()) if (!named.has(runId)) ofJob.delete(runId)',
    replace: 'void named',
    withinDays: 20,
  },
  {
    name: 'an entry of one map for each run',
    file: 'jobs/src/record/recorded-runs.ts',
    find: 'const ended = recordedRunOf(run, isOwn)',
    replace: 'const ended = recordedRunOf(run, isOwn)\n    TOLD.set(run.runId, true)',
    also: {
      file: 'jobs/src/record/recorded-runs.ts',
      find: 'const NONE: ReadonlyMap<string, RecordedRun> = new Map()',
      replace: 'const NONE: ReadonlyMap<string, RecordedRun> = new Map()\nconst TOLD = new Map<string, boolean>()',
    },
    withinDays: 20,
  },
  {
    name: 'members that are never forgotten',
    file: 'coordinator/src/membership.ts',
    find: 'if (gone.length > 0) await this.#deps.store.delete(gone)',
    replace: 'void gone',
    withinDays: 20,
  },
]

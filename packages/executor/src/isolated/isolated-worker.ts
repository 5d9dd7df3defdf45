import { existsSync } from 'node:fs'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { S3SchedError } from '@s3sched/kernel'
import type { ToWorker } from './messages.ts'

/** The room for isolated actions: a thread of this process, or a process. */
export type IsolationKind = 'thread' | 'process'

/** Bounds of a worker. With none, a thread may use as much memory as the process, and a process as much as Node.js allows. */
export interface ResourceLimits {
  /** The heap for objects that live on, in MB. */
  readonly maxOldGenerationSizeMb?: number | undefined
  /** The heap for new objects, in MB. */
  readonly maxYoungGenerationSizeMb?: number | undefined
  /** The stack of a thread, in MB; a process has the stack of its system. @default 4 */
  readonly stackSizeMb?: number | undefined
}

/** The end of a worker, by itself or by {@link IsolatedWorker.kill}. */
export interface WorkerEnd {
  readonly exitCode: number | null
  readonly signal: string | null
  /** The uncaught error that ended the worker, where known. */
  readonly error?: unknown
}

export interface WorkerEvents {
  readonly onMessage: (message: unknown) => void
  /** Called once. */
  readonly onEnd: (end: WorkerEnd) => void
}

/** A thread or a process that executes actions. */
export interface IsolatedWorker {
  /** @throws `DataCloneError` for a message that can't be cloned; a message to an ended worker is dropped */
  post(message: ToWorker): void
  /** Ends the worker, whatever it does. Returns before the end. */
  kill(): void
}

/** The file descriptor of the parent's pipe in a worker's process, after the three streams and the IPC channel. */
export const PARENT_FD = 4

/**
 * The program `name` in the folder of a module: the source beside a source, the built ES module beside a built file. A
 * worker starts without Jest or another loader of its parent, so CommonJS has the same program.
 * @param here - the `import.meta.url` of the calling module, which must not be shared between two entries of the build;
 * `undefined` in a bundle that esbuild writes as CommonJS
 * @throws S3SchedError `INVALID_TASK` when a bundler has moved the module away from the program
 */
export function programBeside(here: string | undefined, name: string): URL {
  const program =
    here === undefined ? undefined : new URL(`./${name}${extname(fileURLToPath(here)).replace('.cjs', '.js')}`, here)
  if (program !== undefined && existsSync(program)) return program
  throw new S3SchedError(`the program of isolated workers is missing: ${program?.href ?? name}`, {
    code: 'INVALID_TASK',
    suggestion:
      'Leave @s3sched/executor outside of the bundle, as an external package: its workers are files of its own',
  })
}

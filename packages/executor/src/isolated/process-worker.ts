/**
 * A worker in a process of its own. The process leads a group: to kill the group is to kill the children of the action,
 * too. A pipe besides the IPC channel tells the process of the end of this process, at once and in every case, for
 * only the kernel closes the pipe's other end (see `orphan-watch.ts`).
 */
import { fork } from 'node:child_process'
import type { Socket } from 'node:net'
import {
  type IsolatedWorker,
  PARENT_FD,
  programBeside,
  type ResourceLimits,
  type WorkerEvents,
} from './isolated-worker.ts'

/** Starts a worker in a process, with the flags and the environment of this process. */
export function startProcess(limits: ResourceLimits, { onEnd, onMessage }: WorkerEvents): IsolatedWorker {
  const child = fork(programBeside(import.meta.url, 'worker-main'), {
    detached: process.platform !== 'win32',
    execArgv: [...inheritedFlags(process.execArgv), ...flagsOf(limits)],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc', 'pipe'],
  })
  const pipe = child.stdio[PARENT_FD] as Socket | null | undefined
  pipe?.on('error', () => {}) // the process is gone; its exit tells
  let hasEnded = false
  const end = (exitCode: number | null, signal: string | null, error?: unknown): void => {
    if (hasEnded) return
    hasEnded = true
    pipe?.destroy()
    onEnd({ exitCode, signal, ...(error === undefined ? {} : { error }) })
  }
  child.on('message', onMessage)
  child.on('exit', (code, signal) => end(code, signal))
  child.on('error', (error) => {
    // Without a pid there is no process, and no exit will follow.
    if (child.pid === undefined) end(null, null, error)
  })
  return {
    // Only a message that can't be cloned throws; the callback takes the error of a closed channel.
    post: (message) => void child.send(message, () => {}),
    kill: () => killGroup(child.pid, () => child.kill('SIGKILL')),
  }
}

function killGroup(pid: number | undefined, killAlone: () => unknown): void {
  try {
    if (pid !== undefined && process.platform !== 'win32') process.kill(-pid, 'SIGKILL')
    else killAlone()
  } catch {
    killAlone() // no such group: the process is gone, or did not begin
  }
}

/** Flags with a program text as their value, which would run the text instead of the worker. */
const TEXTS = new Set(['-e', '--eval', '-p', '--print', '-pe'])

/** The flags of this process without a program text, and without a debugger's port, which only one process can have. */
export function inheritedFlags(flags: readonly string[]): string[] {
  return flags.filter(
    (flag, index) =>
      !TEXTS.has(flag) && !TEXTS.has(flags[index - 1] ?? '') && !/^--(inspect|input-type|eval=|print=)/.test(flag),
  )
}

function flagsOf({ maxOldGenerationSizeMb: old, maxYoungGenerationSizeMb: young }: ResourceLimits): string[] {
  return [
    ...(old === undefined ? [] : [`--max-old-space-size=${old}`]),
    ...(young === undefined ? [] : [`--max-semi-space-size=${Math.max(1, Math.floor(young / 3))}`]),
  ]
}

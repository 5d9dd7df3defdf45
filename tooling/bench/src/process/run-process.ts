import { fork } from 'node:child_process'
import type { Serializable } from 'node:child_process'

/** A measuring process, seen from outside. Its figures come as messages. */
export interface BenchProcess {
  readonly pid: number
  /** The next message. Rejects when the process ends before the next message. */
  readonly next: () => Promise<unknown>
  readonly send: (message: Serializable) => void
  readonly kill: (signal: NodeJS.Signals) => void
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>
}

/** A folder for the CPU profile of each process: a profile makes the process slower, but shows where the time goes. */
const PROFILES = process.env['S3SCHED_BENCH_PROFILES']

/** Starts a TypeScript file as a process of its own, with a memory free of earlier measurements. */
export function startProcess(script: URL, args: Serializable): BenchProcess {
  const child = fork(script, [JSON.stringify(args)], {
    execArgv: [
      '--conditions=@s3sched/source',
      '--expose-gc',
      ...(PROFILES === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${PROFILES}`]),
    ],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const said: unknown[] = []
  const waiting: (() => void)[] = []
  let hasEnded = false
  const wake = (): void => waiting.splice(0).forEach((look) => look())
  child.on('message', (message) => {
    said.push(message)
    wake()
  })
  const ended = new Promise<void>((resolve) => {
    child.on('close', () => {
      hasEnded = true
      wake()
      resolve()
    })
  })
  const next = async (): Promise<unknown> => {
    while (said.length === 0) {
      if (hasEnded) throw new Error(`${script.pathname} ended without an answer`)
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
    return said.shift()
  }
  return {
    pid: child.pid ?? -1,
    next,
    send: (message) => void child.send(message),
    kill: (signal) => void child.kill(signal),
    ended,
  }
}

/** Runs a file to its end. @returns the first message */
export async function runProcess<T>(script: URL, args: Serializable): Promise<T> {
  const child = startProcess(script, args)
  const answer = await child.next()
  await child.ended
  return answer as T
}

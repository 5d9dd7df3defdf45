import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export interface Child {
  readonly pid: number
  /** All lines so far. */
  readonly said: readonly string[]
  /**
   * The first line not taken before that begins with `word`, without the word. Rejects when the process ends before such
   * a line; after an abort of the signal the promise takes no line, and stays open.
   */
  says(word: string, signal?: AbortSignal): Promise<string>
  kill(signal: NodeJS.Signals): void
  /** The exit code, or the signal that ended the process. */
  readonly ended: Promise<number | NodeJS.Signals>
}

/** Runs a TypeScript file as a process of its own. The process talks by lines on its standard output. */
export function startChild(script: URL, args: Readonly<Record<string, unknown>>): Child {
  const child = spawn(process.execPath, ['--conditions=@s3sched/source', script.pathname, JSON.stringify(args)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // A test that waits for a line that never comes ends with the end of the process; no busy machine takes so long.
    timeout: 500_000,
    killSignal: 'SIGKILL',
  })
  const said: string[] = []
  const left: string[] = []
  const waiting = new Set<() => void>()
  let hasEnded = false
  const look = (): void => {
    for (const each of waiting) each()
  }
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(line)
    left.push(line)
    look()
  })
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.on('close', (code, signal) => {
      hasEnded = true
      look()
      resolve(signal ?? code ?? -1)
    })
  })
  return {
    pid: child.pid ?? -1,
    ended,
    said,
    kill: (signal) => void child.kill(signal),
    says: (word, signal) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const index = left.findIndex((line) => line.startsWith(word))
          if (index < 0 && !hasEnded) return
          waiting.delete(check)
          if (index < 0) return reject(new Error(`the process ended before it said '${word}'`))
          resolve((left.splice(index, 1)[0] ?? '').slice(word.length).trim())
        }
        signal?.addEventListener('abort', () => waiting.delete(check))
        waiting.add(check)
        check()
      }),
  }
}

/** The next line of any of the processes that begins with `word`, and its process. */
export async function firstToSay(
  word: string,
  children: readonly Child[],
): Promise<{ readonly child: Child; readonly text: string }> {
  const over = new AbortController()
  try {
    return await Promise.race(children.map(async (child) => ({ child, text: await child.says(word, over.signal) })))
  } finally {
    over.abort()
  }
}

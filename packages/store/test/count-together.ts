import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { bundledProgram } from '@s3sched-tooling/vitest/bundled-program'
import { openStore, readDocument, type Fields } from '../src/index.ts'

const PROGRAM = fileURLToPath(await bundledProgram(new URL('counting-process.ts', import.meta.url)))

export interface CountOptions {
  readonly processes: number
  /** The number of increments per process; a process that is killed may have made more by then. */
  readonly share: number
  /** The number of processes that are killed midway, and started again. */
  readonly kills: number
}

/**
 * Lets processes increment one counter.
 * @returns the problems: increments acknowledged to a killed process but missing afterwards, and a counter that is not whole
 */
export async function countTogether(
  connection: string,
  { processes, share, kills }: CountOptions,
): Promise<{ readonly killed: number; readonly problems: readonly string[] }> {
  const store = openStore(connection)
  const problems: string[] = []
  let killed = 0
  const counter = async (): Promise<Fields> => {
    const read = await readDocument(store, 'counter.json')
    if (read.outcome !== 'found') throw new Error(`the counter is ${read.outcome}`)
    return read.fields
  }
  const names = Array.from({ length: processes }, (_, index) => `process${index}`)
  await Promise.all(
    names.map(async (name, index) => {
      if (index < kills) {
        // Without an end of its own: on a busy machine the kill comes late.
        const heard = await run([connection, name, 'Infinity'], Math.ceil((share * (index + 1)) / (kills + 1)))
        killed++
        const kept = Number((await counter())[name])
        if (kept < heard) problems.push(`${name} was told ${heard} and the counter says ${kept}`)
      }
      await run([connection, name, `${share}`], Infinity)
    }),
  )
  const { total, ...counts } = await counter()
  await store.close()
  const made = names.map((name) => Number(counts[name]))
  if (made.some((count, index) => (index < kills ? count < share : count !== share))) {
    problems.push(`the processes have made ${made.join(', ')} increments of ${share}`)
  }
  const sum = made.reduce((before, count) => before + count, 0)
  if (total !== sum) problems.push(`the total is ${String(total)} of ${sum}`)
  return { killed, problems }
}

/** Runs one process, until the process ends or has printed `killAt`. Resolves to the last printed number. */
async function run(args: readonly string[], killAt: number): Promise<number> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<string>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(signal ?? `code ${code}`))
  })
  let heard = 0
  for await (const line of createInterface({ input: child.stdout })) {
    heard = Number(line)
    if (heard >= killAt) child.kill('SIGKILL')
  }
  const end = await ended
  if (end !== (killAt === Infinity ? 'code 0' : 'SIGKILL')) throw new Error(`a counting process ended by ${end}`)
  return heard
}

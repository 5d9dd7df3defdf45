import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { openStore, readDocument, type Fields } from '../src/index.ts'

const PROGRAM = fileURLToPath(new URL('counting-process.ts', import.meta.url))

export interface CountOptions {
  readonly processes: number
  /** The number of increments per process. */
  readonly share: number
  /** The number of processes that are killed midway, and started again. */
  readonly kills: number
}

/**
 * Lets processes increment one counter.
 * @returns the counter, and the increments acknowledged to a killed process but missing afterwards
 */
export async function countTogether(
  connection: string,
  { processes, share, kills }: CountOptions,
): Promise<{ readonly counter: Fields; readonly lost: readonly string[]; readonly killed: number }> {
  const store = openStore(connection)
  const lost: string[] = []
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
        const heard = await run([connection, name, `${share}`], Math.ceil((share * (index + 1)) / (kills + 1)))
        killed++
        const kept = Number((await counter())[name])
        if (kept < heard) lost.push(`${name} was told ${heard} and the counter says ${kept}`)
      }
      await run([connection, name, `${share}`], Infinity)
    }),
  )
  const result = await counter()
  await store.close()
  return { counter: result, lost, killed }
}

/** Runs one process, until the process ends or has printed `killAt`. Resolves to the last printed number. */
async function run(args: readonly string[], killAt: number): Promise<number> {
  const child = spawn(process.execPath, ['--conditions=@s3sched/source', PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
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

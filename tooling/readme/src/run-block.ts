import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CodeBlock } from './code-blocks.ts'

/** Blocks are for reading: one that runs longer than this has started something that it does not stop. */
const TIMEOUT_MS = 20_000

/** In here, imports find the built packages by their names. */
const PLACE = join(import.meta.dirname, '..', '.blocks')

export interface BlockRun {
  readonly ok: boolean
  /** Both streams, and why it was ended where it was. */
  readonly output: string
}

/** Runs one block as a module of its own, with an empty folder of its own as the working directory. */
export async function runBlock(block: CodeBlock, timeoutMs: number = TIMEOUT_MS): Promise<BlockRun> {
  await mkdir(PLACE, { recursive: true })
  const folder = await mkdtemp(join(PLACE, 'block-'))
  try {
    const file = join(folder, `block.${block.language}`)
    await writeFile(file, block.code)
    return await runFile(file, folder, timeoutMs)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function runFile(file: string, cwd: string, timeoutMs: number): Promise<BlockRun> {
  // A reader has none of our variables.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(S3SCHED_|VITEST|NODE_)/.test(name)))
  return new Promise((resolve) => {
    const options = { cwd, env, timeout: timeoutMs, killSignal: 'SIGKILL' } as const
    execFile(process.execPath, [file], options, (error, stdout, stderr) => {
      const overdue = error?.killed === true ? `\nit did not end within ${timeoutMs / 1000} s` : ''
      resolve({ ok: error === null, output: stdout + stderr + overdue })
    })
  })
}

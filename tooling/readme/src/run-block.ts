import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { CodeBlock } from './code-blocks.ts'

/** Blocks are for reading: a block running longer than this has started something and does not stop it. */
const TIMEOUT_MS = 120_000

/** In this folder, imports find the built packages by their names. */
const PLACE = join(import.meta.dirname, '..', '.blocks')

export interface BlockRun {
  readonly ok: boolean
  /** Both streams, and the reason for an early end. */
  readonly output: string
}

/** Runs one block as a module of its own, with a folder of its own as the working directory, empty but for the page's files. */
export async function runBlock(block: CodeBlock, timeoutMs: number = TIMEOUT_MS): Promise<BlockRun> {
  await mkdir(PLACE, { recursive: true })
  const folder = await mkdtemp(join(PLACE, 'block-'))
  try {
    const file = join(folder, `block.${block.language}`)
    await writeFile(file, block.code)
    for (const { code, path } of block.beside) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), code)
    }
    const run = await runFile(file, folder, block, timeoutMs)
    const missing = run.ok ? firstMissing(block.printed, run.output) : undefined
    return missing === undefined ? run : { ok: false, output: `${run.output}\nit did not print '${missing}'` }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function runFile(file: string, cwd: string, { printed, until }: CodeBlock, timeoutMs: number): Promise<BlockRun> {
  // A reader has none of our variables; the compile cache is the same for a reader too.
  const ours = /^(S3SCHED_|VITEST|NODE_(?!COMPILE_CACHE))/
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)))
  return new Promise((resolve, reject) => {
    const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe']
    const child = spawn(process.execPath, [file], { cwd, env, timeout: timeoutMs, killSignal: 'SIGKILL', stdio })
    let output = ''
    let isInterrupted = false
    const hear = (chunk: Buffer): void => {
      output += chunk.toString()
      if (until === undefined || isInterrupted || !output.includes(until)) return
      if (firstMissing(printed, output) !== undefined) return
      isInterrupted = child.kill('SIGINT')
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('error', reject)
    child.once('close', (code, signal) => {
      const isOverdue = signal === 'SIGKILL'
      const overdue = isOverdue ? `\nit did not end within ${timeoutMs / 1000} s` : ''
      const ended = until === undefined ? code === 0 : isInterrupted && (code === 0 || signal === 'SIGINT')
      resolve({ ok: ended, output: output + overdue })
    })
  })
}

/** The first of these lines missing in the output after the lines before; numbers are not compared. */
function firstMissing(lines: readonly string[], output: string): string | undefined {
  const printed = output.split('\n').map(shapeOf)
  let from = 0
  return lines.find((line) => {
    const at = printed.indexOf(shapeOf(line), from)
    from = at + 1
    return at < 0
  })
}

function shapeOf(line: string): string {
  return line.trimEnd().replaceAll(/\d+/g, '0')
}

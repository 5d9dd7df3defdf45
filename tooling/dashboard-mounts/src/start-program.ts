/**
 * Runs a program around a block of the documentation, in the real framework. The block has a process of its own: the
 * test runner's import conditions would also hold for the framework's imports.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'

/** In this folder, imports find the frameworks. */
const PLACE = join(import.meta.dirname, '..', '.blocks')

export interface Mounted extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly url: string
}

/**
 * @param program - calls `tell(port)` once it listens
 * @throws when the program ends before listening, with the program's output
 */
export async function startProgram(name: string, program: string): Promise<Mounted> {
  await mkdir(PLACE, { recursive: true })
  const file = join(PLACE, `${name.replaceAll(/\W+/g, '-').toLowerCase()}.mjs`)
  await writeFile(file, `const tell = (port) => process.stdout.write(\`http://127.0.0.1:\${port}\\n\`)\n${program}`)
  const child = spawn(process.execPath, ['--conditions=@s3sched/source', file], { stdio: ['ignore', 'pipe', 'pipe'] })
  const complaints = text(child.stderr)
  const exit = once(child, 'exit')
  const url = await addressOf(child.stdout)
  if (url === undefined) throw new Error(`${name} did not start:\n${await complaints}`)
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exit
      await rm(file)
    },
  }
}

/**
 * The port's line of the output; a framework may print others before. `undefined`: the program ended without the line.
 */
async function addressOf(stdout: NodeJS.ReadableStream): Promise<string | undefined> {
  for await (const line of createInterface({ input: stdout })) if (line.startsWith('http://')) return line
  return undefined
}

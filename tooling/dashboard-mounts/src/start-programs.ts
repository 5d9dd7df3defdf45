/**
 * Runs programs around blocks of the documentation, in the real frameworks. The programs share a process, which loads
 * s3sched once, and have no process in common with the test: the test runner's import conditions would also hold for the
 * frameworks' imports.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'

/** In this folder, imports find the frameworks. */
const PLACE = join(import.meta.dirname, '..', '.blocks')

export interface Programs extends AsyncDisposable {
  /** Where a program listens, without a slash at the end. */
  urlOf(name: string): string
}

/**
 * @param group - the name of a folder for the programs' files
 * @param programs - by name; each calls `tell(port)` once it listens
 * @throws when the process ends before all listen, with its output
 */
export async function startPrograms(group: string, programs: ReadonlyMap<string, string>): Promise<Programs> {
  const folder = join(PLACE, group)
  await mkdir(folder, { recursive: true })
  const files = await Promise.all(
    [...programs].map(async ([name, program], index) => {
      const told = JSON.stringify(`listens: ${name} `)
      await writeFile(join(folder, `${index}.mjs`), `const tell = (port) => console.log(${told} + port)\n${program}`)
      return `${index}.mjs`
    }),
  )
  const main = join(folder, 'main.mjs')
  await writeFile(main, files.map((file) => `import './${file}'\n`).join(''))
  const child = spawn(process.execPath, ['--conditions=@s3sched/source', main], { stdio: ['ignore', 'pipe', 'pipe'] })
  const complaints = text(child.stderr)
  const exit = once(child, 'exit')
  const ports = await portsOf(child.stdout, programs.size)
  const silent = [...programs.keys()].filter((name) => !ports.has(name))
  if (silent.length > 0) throw new Error(`${silent.join(', ')} did not start:\n${await complaints}`)
  return {
    urlOf(name) {
      const port = ports.get(name)
      if (port === undefined) throw new Error(`there is no ${name}`)
      return `http://127.0.0.1:${port}`
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exit
      await rm(folder, { recursive: true })
    },
  }
}

/** The ports in the output, by program; a framework may print other lines. Fewer than `count`: the process has ended. */
async function portsOf(stdout: NodeJS.ReadableStream, count: number): Promise<Map<string, string>> {
  const ports = new Map<string, string>()
  for await (const line of createInterface({ input: stdout })) {
    const [, name, port] = /^listens: (.+) (\d+)$/.exec(line) ?? []
    if (name !== undefined && port !== undefined) ports.set(name, port)
    if (ports.size === count) break
  }
  return ports
}

/**
 * Runs a block of the dashboard's README, word for word, in the real framework. The block has a process of its own: the
 * test runner's import conditions would also hold for the framework's imports.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { codeBlocks } from '../../readme/src/code-blocks.ts'
import type { Framework } from './frameworks.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const README = join(ROOT, 'packages', 'dashboard', 'README.md')
const FLEET = pathToFileURL(join(ROOT, 'packages', 'dashboard', 'test', 'fleet', 'sample-fleet.ts')).href
/** In this folder, imports find the frameworks. */
const PLACE = join(import.meta.dirname, '..', '.blocks')

export interface Mounted extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly url: string
}

/** @throws when the README has no such block, or the program ends before listening, with the program's output */
export async function startMounted(framework: Framework): Promise<Mounted> {
  await mkdir(PLACE, { recursive: true })
  const file = join(PLACE, `${framework.name.replaceAll(/\W+/g, '-').toLowerCase()}.mjs`)
  await writeFile(file, programOf(framework))
  const child = spawn(process.execPath, ['--conditions=@s3sched/source', file], { stdio: ['ignore', 'pipe', 'pipe'] })
  const complaints = text(child.stderr)
  const exit = once(child, 'exit')
  const url = await addressOf(child.stdout)
  if (url === undefined) throw new Error(`${framework.name} did not start:\n${await complaints}`)
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

/** The test needs the buttons, and a README should not teach to allow buttons to everybody. */
function programOf({ after, before, takes }: Framework): string {
  const block = codeBlocks(readFileSync(README, 'utf8')).find(({ noRun }) =>
    new RegExp(String.raw`^takes ${takes}\b`).test(noRun ?? ''),
  )
  if (block === undefined) throw new Error(`the README of @s3sched/dashboard has no block that takes ${takes}`)
  return `import { createDashboard as create } from '@s3sched/dashboard'
import { createSampleFleet } from ${JSON.stringify(FLEET)}
${before}
const { store } = await createSampleFleet({ jobs: 3, runs: 12 })
const createDashboard = (connection, options) => create(connection, { ...options, readOnly: false })
const tell = (port) => process.stdout.write(\`http://127.0.0.1:\${port}\\n\`)
${block.code}
${after}
`
}

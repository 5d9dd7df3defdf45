/**
 * Builds the application and the package for a version of Nest, and starts the application.
 *
 * The package lies in the application's own `node_modules`, as after an installation: a link from the workspace would
 * use the workspace's Nest, and two copies of Nest have different classes.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { transform } from '@swc/core'

const HERE = join(import.meta.dirname, '..')
const SOURCES = join(HERE, '..', '..', 'packages', 'nestjs', 'src')

export type Format = 'commonjs' | 'es6'

export interface App extends AsyncDisposable {
  /** Waits for a line that begins so. @throws when the application ends before, with its output */
  line(start: string): Promise<string>
  /** @returns the signal or the exit code by which the application ended */
  kill(signal: NodeJS.Signals): Promise<unknown>
}

export async function startApp(version: string, format: Format, args: readonly string[] = []): Promise<App> {
  const folder = join(HERE, version, `.app-${format}`)
  await rm(folder, { recursive: true, force: true })
  await Promise.all([
    compile(join(HERE, 'app'), folder, format),
    compile(SOURCES, join(folder, 'node_modules', '@s3sched', 'nestjs'), 'es6'),
  ])
  const child = spawn(process.execPath, ['--conditions=@s3sched/source', join(folder, 'main.js'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exit = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  return {
    line: lineReader(child),
    async kill(signal) {
      child.kill(signal)
      const [code, by] = await exit
      return by ?? code
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exit
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function lineReader({ stderr, stdout }: ChildProcess): App['line'] {
  if (stdout === null || stderr === null) throw new Error('the application has no output')
  const complaints = text(stderr)
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]()
  const before: string[] = []
  return async (start) => {
    for (;;) {
      const { done, value } = await lines.next()
      if (done === true) throw new Error(`expected '${start}' after:\n${before.join('\n')}\n${await complaints}`)
      before.push(value)
      if (value.startsWith(start)) return value
    }
  }
}

/** Compiles each file as an application of Nest is compiled, and makes a package of the folder. */
async function compile(from: string, to: string, format: Format): Promise<void> {
  await mkdir(to, { recursive: true })
  const files = (await readdir(from)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  const manifest = { type: format === 'es6' ? 'module' : 'commonjs', exports: './index.js' }
  await writeFile(join(to, 'package.json'), JSON.stringify(manifest))
  for (const file of files) {
    const { code } = await transform(await readFile(join(from, file), 'utf8'), {
      jsc: {
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true },
        target: 'es2022',
      },
      module: { type: format },
    })
    await writeFile(
      join(to, file.replace(/\.ts$/, '.js')),
      code.replaceAll(/(from '\.\/[\w-]+)\.ts'/g, "$1.js'").replaceAll(/(from "\.\/[\w-]+)\.ts"/g, '$1.js"'),
    )
  }
}

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

interface Demo {
  readonly child: ChildProcess
  readonly output: () => string
  /** Resolves when the output contains this text. */
  readonly says: (text: string) => Promise<void>
}

function startDemo(...args: string[]): Demo {
  const child = spawn(process.execPath, ['--conditions=@s3sched/source', MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const listeners = new Set<() => void>()
  const hear = (chunk: Buffer): void => {
    output += chunk.toString()
    for (const listener of listeners) listener()
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const says = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        if (!output.includes(text)) return
        listeners.delete(check)
        resolve()
      }
      listeners.add(check)
      child.once('exit', () => reject(new Error(`it ended without saying '${text}':\n${output}`)))
      check()
    })
  return { child, output: () => output, says }
}

/** The live child processes of this process. */
async function childrenOf(pid: number): Promise<number[]> {
  const children: number[] = []
  for (const name of await readdir('/proc')) {
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
    const [, parent] = /^\d+ \(.*\) \S (\d+)/s.exec(stat) ?? []
    if (parent === String(pid)) children.push(Number(name))
  }
  return children
}

describe('the demo', () => {
  it.skipIf(process.platform !== 'linux')('leaves nothing running after Ctrl-C', async () => {
    const { child, output, says } = startDemo()
    await says('LEADS')
    const children = await childrenOf(child.pid ?? 0)
    expect(children).toHaveLength(3)
    child.kill('SIGINT')
    const [code] = (await once(child, 'exit')) as [number | null]
    expect(code).toBe(130)
    expect(output()).toContain('Nothing is left running')
    for (const pid of children) expect(() => process.kill(pid, 0)).toThrow(/ESRCH/)
  })

  it.each([
    [['--store', 'ftp://bucket'], /unknown scheme "ftp"/],
    [['--stor', 'x'], /Unknown option '--stor'/],
    [['--store', 's3://key:hidden@bucket?endpont=x'], /Did you mean 'endpoint'/],
  ])('refuses %j in one line', async (args, message) => {
    const { child, output } = startDemo(...args)
    const [code] = (await once(child, 'close')) as [number | null]
    expect(code).toBe(2)
    expect(output()).toMatch(message)
    expect(output()).not.toMatch(/hidden| at /)
  })
})

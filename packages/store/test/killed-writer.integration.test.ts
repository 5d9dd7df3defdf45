import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { bundledProgram } from '@s3sched-tooling/vitest/bundled-program'
import { expect, it } from 'vitest'
import { createFileStore, listAll, type GetResult } from '../src/index.ts'

const PROGRAM = fileURLToPath(await bundledProgram(new URL('dying-process.ts', import.meta.url)))
const KEY = 'folder/object.json'

interface Death {
  /** `SIGKILL`, or `null` when the process ended before the step. */
  readonly signal: string | null
  readonly acknowledged: boolean
  readonly found: string
}

function textOf(got: GetResult): string {
  return got.outcome === 'found' ? Buffer.from(got.body).toString() : got.outcome
}

/** Kills a process before one step of an action, and checks the remains. */
async function dieAt(step: number, action: 'put' | 'delete', before: string | undefined): Promise<Death> {
  const directory = await mkdtemp(join(tmpdir(), 's3sched-killed-'))
  if (before !== undefined) {
    const store = createFileStore(directory)
    for (const body of ['older', before]) await store.put(KEY, Buffer.from(body))
    await store.close()
  }
  const args = [PROGRAM, directory, action, KEY, `${step}`]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const signal = new Promise<string | null>((resolve) => child.once('close', (_, by) => resolve(by)))
  const acknowledged = (await text(child.stdout)) === 'done\n'
  const death = { signal: await signal, acknowledged, found: await goOn(directory) }
  await rm(directory, { recursive: true })
  return death
}

/** The object as found by the next process. The process must be able to continue from there. */
async function goOn(directory: string): Promise<string> {
  const store = createFileStore(directory)
  const got = await store.get(KEY)
  expect((await listAll(store, '')).map(({ key }) => key)).toEqual(got.outcome === 'found' ? [KEY] : [])
  const condition = got.outcome === 'found' ? { ifMatch: got.etag } : ({ ifAbsent: true } as const)
  expect(await store.put(KEY, Buffer.from('next'), { condition })).toMatchObject({ outcome: 'written' })
  expect(textOf(await store.get(KEY))).toBe('next')
  await store.delete(KEY)
  expect(textOf(await store.get(KEY))).toBe('missing')
  await store.close()
  return textOf(got)
}

const ACTIONS = [
  { name: 'creates', action: 'put', before: undefined, from: 'missing', to: 'new' },
  { name: 'replaces', action: 'put', before: 'old', from: 'old', to: 'new' },
  { name: 'deletes', action: 'delete', before: 'old', from: 'old', to: 'missing' },
] as const

it.each(ACTIONS)(
  'a process that $name an object leaves $from or $to, whatever step it is killed at',
  async ({ action, before, from, to }) => {
    const deaths: Death[] = []
    for (let step = 1; deaths.at(-1)?.signal !== null; step += 4) {
      deaths.push(...(await Promise.all([0, 1, 2, 3].map((next) => dieAt(step + next, action, before)))))
    }
    expect(deaths.filter(({ found }) => found !== from && found !== to)).toEqual([])
    expect(deaths.filter(({ acknowledged, found }) => acknowledged && found !== to)).toEqual([])
    expect(new Set(deaths.map(({ found }) => found))).toEqual(new Set([from, to]))
    expect(deaths.filter(({ signal }) => signal === 'SIGKILL').length > 8).toBe(true)
  },
)

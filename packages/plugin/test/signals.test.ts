import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { bundledProgram } from '@s3sched-tooling/vitest/bundled-program'
import { openStore, readDocument, scopeStore } from '@s3sched/store'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startChild, type Child } from '../../lock/test/processes/child-process.ts'

const APP = await bundledProgram(new URL('processes/signalled-app.ts', import.meta.url))

/** A lease at the defaults, which a process without a hand-over would wait for. */
const LEASE_MS = 90_000

let directory: string
let connection: string
const children: Child[] = []

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 's3sched-signals-'))
  connection = pathToFileURL(directory).href
})

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  await Promise.all(children.splice(0).map((child) => child.ended))
  await rm(directory, { recursive: true, force: true })
})

async function start(args: Readonly<Record<string, unknown>> = {}): Promise<Child> {
  const child = startChild(APP, { connection, ...args })
  children.push(child)
  await child.says('ran')
  return child
}

async function leaseState(): Promise<unknown> {
  const store = openStore(connection)
  const lease = await readDocument(scopeStore(store, 's3sched/'), 'leader.json')
  await store.close()
  return lease.outcome === 'found' ? lease.fields['state'] : lease.outcome
}

describe('a process with a scheduler', () => {
  it('that gets a SIGINT or a SIGTERM hands its lease over, ends by that signal, and leads again at its next start', async () => {
    const first = await start()
    first.kill('SIGINT')
    expect(await first.ended).toBe('SIGINT')
    expect(await leaseState()).toBe('free')
    const from = performance.now()
    const second = await start()
    expect(performance.now() - from).toBeLessThan(LEASE_MS)
    second.kill('SIGTERM')
    expect(await second.ended).toBe('SIGTERM')
    expect(await leaseState()).toBe('free')
  })

  it('that gets a second signal ends at once, whatever runs', async () => {
    const child = await start({ action: 'endless' })
    child.kill('SIGINT')
    child.kill('SIGTERM')
    expect(['SIGINT', 'SIGTERM']).toContain(await child.ended)
    expect(await leaseState()).toBe('held')
  })

  it('with a handler of its own ends as that says', async () => {
    const child = await start({ ownExitCode: 42 })
    child.kill('SIGTERM')
    expect(await child.ended).toBe(42)
    expect(await leaseState()).toBe('free')
  })

  it.each([
    ['floats', 'a promise that nobody awaits was rejected'],
    ['throws-later', 'an exception that nobody catches'],
  ])('says which job it was when an action ends the process: %s', async (action, what) => {
    const child = await start({ action })
    expect(await child.says('logged')).toContain(`job 'tick' ends this process: ${what} (run '`)
    expect(await child.ended).toBe(1)
  })

  it('dies as any process where signals are left alone', async () => {
    const child = await start({ handleSignals: false })
    child.kill('SIGTERM')
    expect(await child.ended).toBe('SIGTERM')
    expect(await leaseState()).toBe('held')
  })
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { listAll } from '../document.ts'
import type { ObjectStore } from '../object-store.ts'
import { createFileStore } from './file-store.ts'

const directories: string[] = []

async function open(): Promise<ObjectStore> {
  const directory = await mkdtemp(join(tmpdir(), 's3sched-file-'))
  directories.push(directory)
  return createFileStore(directory)
}

afterEach(async () => {
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true })
})

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

it('keeps what was written', async () => {
  const store = await open()
  for (const body of ['one', 'two', 'three']) {
    await store.put('a/b.json', bytes(body))
    const got = await store.get('a/b.json')
    expect(got.outcome === 'found' && Buffer.from(got.body).toString()).toBe(body)
  }
  expect((await listAll(store, '')).map(({ key, size }) => ({ key, size }))).toEqual([{ key: 'a/b.json', size: 5 }])
  await store.delete('a/b.json')
  expect(await store.get('a/b.json')).toMatchObject({ outcome: 'missing' })
  expect(await listAll(store, '')).toEqual([])
  await store.close()
})

it('lets exactly one of many racing writers win', async () => {
  const store = await open()
  for (const condition of [{ ifAbsent: true } as const, undefined]) {
    const got = await store.get('k')
    const racing = Array.from({ length: 32 }, (_, index) =>
      store.put('k', bytes(`${JSON.stringify(condition)} ${index}`), {
        condition: condition ?? { ifMatch: got.outcome === 'found' ? got.etag : '' },
      }),
    )
    const outcomes = (await Promise.all(racing)).map(({ outcome }) => outcome)
    expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === 'conflict')).toHaveLength(31)
  }
  await store.close()
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { listAll } from '../document.ts'
import { createMemoryStore } from '../memory-store.ts'
import { forEach } from '../testing/conformance/steps.ts'
import { createFileStore } from './file-store.ts'
import { nodeFileSystem, type FileSystem } from './file-system.ts'

const body = new Uint8Array([1])

it('lists as a memory store does, wherever one begins', async () => {
  const directory = await mkdtemp(join(tmpdir(), 's3sched-list-'))
  const [file, memory] = [createFileStore(directory), createMemoryStore()]
  const segments = [
    'a',
    'A',
    'a-',
    'a.b',
    'a0',
    'é',
    '🔑',
    'ﬁ',
    'x'.repeat(79),
    'x'.repeat(80),
    'x'.repeat(81),
    'x'.repeat(165),
  ]
  const keys = segments.flatMap((one) => [one, ...segments.map((other) => `${one}/${other}`)])
  await forEach(keys, (key) => Promise.all([file.put(key, body), memory.put(key, body)]))
  const cut = fc.tuple(fc.constantFrom(...keys), fc.nat({ max: 340 })).map(([key, end]) => key.slice(0, end))
  const wellFormed = cut.filter((text) => text.isWellFormed() && !text.startsWith('/'))
  await fc.assert(
    fc.asyncProperty(wellFormed, wellFormed, fc.integer({ min: 1, max: 200 }), async (prefix, startAfter, limit) => {
      const keysOf = async (store: typeof file): Promise<string[]> =>
        (await listAll(store, prefix, { startAfter, limit })).map(({ key }) => key)
      expect(await keysOf(file)).toEqual(await keysOf(memory))
    }),
    { numRuns: 60 },
  )
  await rm(directory, { recursive: true })
})

it('looks only at the objects that it lists', async () => {
  const directory = await mkdtemp(join(tmpdir(), 's3sched-list-'))
  const looks: string[] = []
  const fileSystem: FileSystem = {
    ...nodeFileSystem,
    readdir: (path) => {
      looks.push(path)
      return nodeFileSystem.readdir(path)
    },
  }
  const store = createFileStore(directory, { fileSystem })
  const keys = Array.from({ length: 300 }, (_, index) => `runs/job/${1000 + index}`)
  await forEach([...keys, 'runs/other/1', 'jobs/job.json'], (key) => store.put(key, body))
  looks.length = 0
  const listed = await listAll(store, 'runs/job/', { startAfter: 'runs/job/1099', limit: 50 })
  expect(listed.map(({ key }) => key)).toEqual(keys.slice(100, 150))
  expect(looks.length).toBe(1 + 50)
  await rm(directory, { recursive: true })
})

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createManualClock } from '@s3sched/kernel/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StoreErrorCode } from '../store-error.ts'
import { bytes, codeOf, textOf, write } from '../testing/conformance/steps.ts'
import { createFileStore } from './file-store.ts'
import { nodeFileSystem, type FileSystem } from './file-system.ts'

let directory = ''

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 's3sched-trouble-'))
})

afterEach(() => rm(directory, { recursive: true }))

/** A file system that fails the steps chosen by `fails`. */
function failing(errno: string, fails: (step: string, path: string) => boolean): FileSystem {
  const check = (step: string, path: string): void => {
    if (fails(step, path)) throw Object.assign(new Error(`${errno}: on purpose`), { code: errno, syscall: step })
  }
  return {
    mkdir: async (path) => (check('mkdir', path), nodeFileSystem.mkdir(path)),
    readdir: async (path) => (check('readdir', path), nodeFileSystem.readdir(path)),
    rename: async (from, to) => (check('rename', from), nodeFileSystem.rename(from, to)),
    unlink: async (path) => (check('unlink', path), nodeFileSystem.unlink(path)),
    rmdir: async (path) => (check('rmdir', path), nodeFileSystem.rmdir(path)),
    open: async (path, flags) => {
      check('open', path)
      const file = await nodeFileSystem.open(path, flags)
      return {
        ...file,
        write: async (body) => (check('write', path), file.write(body)),
        sync: async () => (check('sync', path), file.sync()),
      }
    },
  }
}

const TROUBLE: readonly (readonly [errno: string, action: 'create' | 'replace', step: string, code: StoreErrorCode])[] =
  [
    ['ENOSPC', 'create', 'mkdir', 'NO_SPACE'],
    ['ENOSPC', 'create', 'write', 'NO_SPACE'],
    ['ENOSPC', 'create', 'rename', 'NO_SPACE'],
    ['ENOSPC', 'replace', 'write', 'NO_SPACE'],
    ['ENOSPC', 'replace', 'sync', 'NO_SPACE'],
    ['ENOSPC', 'replace', 'rename', 'NO_SPACE'],
    ['EDQUOT', 'replace', 'open', 'NO_SPACE'],
    ['EACCES', 'create', 'mkdir', 'ACCESS_DENIED'],
    ['EACCES', 'replace', 'open', 'ACCESS_DENIED'],
    ['EROFS', 'replace', 'rename', 'ACCESS_DENIED'],
    ['EMFILE', 'create', 'open', 'UNAVAILABLE'],
    ['EMFILE', 'replace', 'open', 'UNAVAILABLE'],
    ['ENFILE', 'replace', 'readdir', 'UNAVAILABLE'],
    ['ENAMETOOLONG', 'create', 'readdir', 'INVALID_KEY'],
    ['EXDEV', 'create', 'rename', 'UNSUPPORTED'],
    ['EILSEQ', 'replace', 'open', 'UNEXPECTED'],
  ]

it.each(TROUBLE)(
  '%s: cannot %s for want of %s, says %s, and nothing has changed',
  async (errno, action, step, code) => {
    let broken = false
    const store = createFileStore(directory, { fileSystem: failing(errno, (at) => broken && at === step) })
    const etag = await write(store, 'a', 'old')
    const attempt = (): Promise<unknown> =>
      action === 'create'
        ? store.put('folder/b', bytes('new'), { condition: { ifAbsent: true } })
        : store.put('a', bytes('new'), { condition: { ifMatch: etag } })
    broken = true
    await expect(attempt()).rejects.toMatchObject({ code, retriable: code === 'UNAVAILABLE', context: { errno } })
    broken = false
    expect([textOf(await store.get('a')), textOf(await store.get('folder/b'))]).toEqual(['old', 'missing'])
    expect(await readdir(join(directory, 'staging'))).toEqual([])
    expect(await attempt()).toMatchObject({ outcome: 'written' })
  },
)

describe('the folder', () => {
  it('must be a folder', async () => {
    const path = join(directory, 'file')
    await writeFile(path, 'something else')
    await expect(createFileStore(path).put('a', bytes('a'))).rejects.toMatchObject({ code: 'INVALID_CONNECTION' })
    await expect(createFileStore(path).get('a')).rejects.toMatchObject({ code: 'INVALID_CONNECTION' })
    expect(await readFile(path, 'utf8')).toBe('something else')
  })

  it('must not hold anything else', async () => {
    await writeFile(join(directory, 'thesis.tex'), 'text')
    await expect(createFileStore(directory).put('a', bytes('a'))).rejects.toThrow("it holds 'thesis.tex'")
    expect(await readdir(directory)).toEqual(['thesis.tex'])
  })

  it('must not be of a later version', async () => {
    await writeFile(join(directory, 's3sched-store.json'), '{"format":"s3sched-store","v":2}\n')
    await expect(createFileStore(directory).get('a')).rejects.toMatchObject({ code: 'UNSUPPORTED' })
    await expect(createFileStore(directory).put('a', bytes('a'))).rejects.toThrow('Upgrade s3sched')
  })

  it('is made with its parents by the first write, and reads as empty before', async () => {
    const store = createFileStore(join(directory, 'not', 'there', 'yet'))
    expect(textOf(await store.get('a'))).toBe('missing')
    expect(await readdir(directory)).toEqual([])
    await write(store, 'a', 'a')
    expect(await readdir(directory)).toEqual(['not'])
  })

  it('is made again when somebody removes it meanwhile', async () => {
    const store = createFileStore(join(directory, 'store'))
    await write(store, 'folder/a', 'a')
    await rm(join(directory, 'store'), { recursive: true })
    await write(store, 'folder/b', 'b')
    expect(textOf(await store.get('folder/b'))).toBe('b')
  })

  it('keeps everything inside, whatever the keys', async () => {
    const store = createFileStore(join(directory, 'store'))
    for (const key of ['a/..b', '...', '~root', 'C:\\x', '%2e%2e/x']) await write(store, key, key)
    expect(await readdir(directory)).toEqual(['store'])
  })
})

it('tells damage from absence', async () => {
  const store = createFileStore(directory)
  await write(store, 'a', 'one')
  await write(store, 'a', 'two')
  const folder = join(directory, 'objects', 'a@')
  const content = (await readdir(folder)).find((name) => name.startsWith('d.')) ?? ''
  await writeFile(join(folder, content), 'owt')
  expect(await codeOf(store.get('a'))).toBe('CORRUPT')
  await rm(join(folder, content))
  expect(await codeOf(store.get('a'))).toBe('CORRUPT')
  for (const name of await readdir(folder)) await rm(join(folder, name))
  expect(await codeOf(store.get('a'))).toBe('CORRUPT')
  await store.delete('a')
  expect(textOf(await store.get('a'))).toBe('missing')
})

it('gives up when its time is over, and says that a conditional put is unknown', async () => {
  const clock = createManualClock()
  const stuck: FileSystem = { ...nodeFileSystem, readdir: () => new Promise(() => undefined) }
  const store = createFileStore(directory, { clock, fileSystem: stuck })
  const get = codeOf(store.get('a', { timeoutMs: 1000 }))
  const put = store.put('a', bytes('a'), { timeoutMs: 1000, condition: { ifAbsent: true } })
  await clock.advance(1000)
  expect(await get).toBe('TIMEOUT')
  expect(await put).toMatchObject({ outcome: 'unknown', cause: { code: 'TIMEOUT' } })
  expect(clock.sleeping).toBe(0)
})

describe('a sync that fails after the rename', () => {
  it('makes a conditional put unknown, and any other throw', async () => {
    const store = createFileStore(directory)
    const etag = await write(store, 'a', 'old')
    let syncs = 0
    const fileSystem = failing('EIO', (step, path) => step === 'sync' && path.endsWith('a@') && ++syncs % 2 === 0)
    const failingStore = createFileStore(directory, { fileSystem })
    const put = await failingStore.put('a', bytes('new'), { condition: { ifMatch: etag } })
    expect(put).toMatchObject({ outcome: 'unknown', cause: { code: 'UNEXPECTED', context: { errno: 'EIO' } } })
    expect(textOf(await store.get('a'))).toBe('new')
    expect(await codeOf(failingStore.put('a', bytes('newer')))).toBe('UNEXPECTED')
  })
})

it('holds a bounded number of files open, however much is asked at once', async () => {
  let [now, most] = [0, 0]
  const counting: FileSystem = {
    ...nodeFileSystem,
    async open(path, flags) {
      const file = await nodeFileSystem.open(path, flags)
      most = Math.max(most, ++now)
      return { ...file, close: () => file.close().finally(() => now--) }
    },
  }
  const store = createFileStore(directory, { fileSystem: counting })
  const keys = Array.from({ length: 300 }, (_, index) => `many/${index}`)
  await Promise.all(keys.map((key) => write(store, key, key)))
  expect({ now, bounded: most <= 128 }).toEqual({ now: 0, bounded: true })
})

it('deletes what it can when some of it fails, and says so', async () => {
  const fileSystem = failing('EACCES', (step, path) => step === 'rename' && path.endsWith('b@'))
  const healthy = createFileStore(directory)
  for (const key of ['a', 'b', 'c']) await write(healthy, key, key)
  expect(await codeOf(createFileStore(directory, { fileSystem }).delete(['a', 'b', 'c']))).toBe('ACCESS_DENIED')
  expect(await Promise.all(['a', 'b', 'c'].map(async (key) => textOf(await healthy.get(key))))).toEqual([
    'missing',
    'b',
    'missing',
  ])
})

import { expect, it } from 'vitest'
import { createFileStore, createMemoryStore, inspectBucket, listAll, probeStore } from './index.ts'

/** As JavaScript calls them. */
type Untyped = (...given: unknown[]) => unknown

it.each<[string, Untyped, unknown[], string]>([
  ['probeStore', probeStore as Untyped, [], 'expected an ObjectStore, such as that of openStore(), got undefined'],
  ['probeStore', probeStore as Untyped, [null], 'got null'],
  ['probeStore', probeStore as Untyped, ['s3://key:secret@bucket'], 'got a text of length 22'],
  ['listAll', listAll as Untyped, [{}], 'expected an ObjectStore, such as that of openStore(), got {}'],
  ['createFileStore', createFileStore as Untyped, [], 'expected the path of a folder, got undefined'],
  ['createFileStore', createFileStore as Untyped, [''], 'got an empty text'],
  ['createMemoryStore', createMemoryStore as Untyped, [null], 'expected options such as { clock }, got null'],
  ['inspectBucket', inspectBucket as Untyped, [], 'expected a connection string, got undefined'],
])('%s refuses a wrong argument by name', async (name, call, given, message) => {
  const called = async (): Promise<unknown> => call(...given)
  const error = { code: 'INVALID_ARGUMENT', message: expect.stringContaining(message) as string }
  await expect(called()).rejects.toMatchObject(error)
  await expect(called()).rejects.toThrow(`${name}: expected `)
})

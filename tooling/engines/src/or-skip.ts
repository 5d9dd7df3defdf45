import type { Server } from './server.ts'

/**
 * The server, or `undefined` where the tests that need the server are skipped. In CI, where a skip would hide unchecked
 * promises, a missing server is an error.
 *
 * @example describe.skipIf((await orSkip(startRedis)) === undefined)
 */
export async function orSkip(start: () => Promise<Server | undefined>): Promise<Server | undefined> {
  const server = await start()
  if (server !== undefined) return server
  const { env } = process
  const what = 'The tests that need the missing server'
  if (env['S3SCHED_REQUIRE_MINIO'] === '1' || (env['CI'] ?? '') !== '') throw new Error(`${what} failed`)
  console.warn(`${what} ARE SKIPPED`)
  return undefined
}

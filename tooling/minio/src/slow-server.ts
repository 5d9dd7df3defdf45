import type { MinioConnection } from './connection.ts'
import { startDelayProxy } from './delay-proxy.ts'

/** One chunk of so many takes {@link HICCUP} times the usual limit. */
const CHUNKS_PER_HICCUP = 50
const HICCUP = 6

/**
 * The delays of a slow server by `S3SCHED_SLOW_SERVER`, in milliseconds for each direction of each request: evenly
 * below this number, and one in 50 six times the number. `undefined` without the variable.
 */
export function slowServerDelays(
  env: NodeJS.ProcessEnv,
  random: () => number = Math.random,
): (() => number) | undefined {
  const setting = env['S3SCHED_SLOW_SERVER'] ?? ''
  if (setting === '') return undefined
  const limitMs = Number(setting)
  if (!Number.isInteger(limitMs) || limitMs < 1) {
    throw new Error(`expected S3SCHED_SLOW_SERVER to be a number of milliseconds such as 250, got "${setting}"`)
  }
  return () => (random() < 1 / CHUNKS_PER_HICCUP ? HICCUP : random()) * limitMs
}

/** The same server behind a proxy with these delays. */
export async function slowDown(
  connection: MinioConnection,
  delayMs: () => number,
): Promise<{ readonly connection: MinioConnection; readonly stop: () => Promise<void> }> {
  const { hostname, port } = new URL(connection.endpoint)
  const proxy = await startDelayProxy({ host: hostname, port: Number(port) }, delayMs)
  return { connection: { ...connection, endpoint: `http://127.0.0.1:${proxy.port}` }, stop: proxy.stop }
}

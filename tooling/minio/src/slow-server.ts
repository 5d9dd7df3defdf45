import { startDelayProxy } from './delay-proxy.ts'

/** One chunk of so many takes {@link HICCUP} times the usual limit. */
const CHUNKS_PER_HICCUP = 50
const HICCUP = 6

/** A server of a test run, as the tests reach the server. */
interface Reached {
  readonly endpoint: string
  readonly stop: () => Promise<void>
}

/**
 * The same server, behind a proxy that delays each chunk, if `S3SCHED_SLOW_SERVER` is set: by less than so many
 * milliseconds, and one chunk in 50 by six times the number.
 */
export async function slowServer(
  endpoint: string,
  env: NodeJS.ProcessEnv,
  random: () => number = Math.random,
): Promise<Reached> {
  const limitMs = limitOf(env)
  if (limitMs === undefined) return { endpoint, stop: async () => undefined }
  const { hostname, port } = new URL(endpoint)
  const delayMs = (): number => (random() < 1 / CHUNKS_PER_HICCUP ? HICCUP : random()) * limitMs
  const proxy = await startDelayProxy({ host: hostname, port: Number(port) }, delayMs)
  console.log(`${endpoint} is slow, by S3SCHED_SLOW_SERVER=${limitMs}`)
  return { endpoint: `http://127.0.0.1:${proxy.port}`, stop: proxy.stop }
}

function limitOf(env: NodeJS.ProcessEnv): number | undefined {
  const setting = env['S3SCHED_SLOW_SERVER'] ?? ''
  if (setting === '') return undefined
  const limitMs = Number(setting)
  if (Number.isInteger(limitMs) && limitMs >= 1) return limitMs
  throw new Error(`expected S3SCHED_SLOW_SERVER to be a number of milliseconds such as 250, got "${setting}"`)
}

import type { MinioConnection } from './connection.ts'
import { startContainer } from './container.ts'
import { startProcess } from './process.ts'
import type { Leftover } from './watchdog.ts'

/** What one way to get a MinIO came to. */
export type Attempt =
  | {
      readonly outcome: 'started'
      /** For the log: what runs. */
      readonly what: string
      readonly connection: MinioConnection
      /** What must be gone after the run. */
      readonly leftover: Leftover
    }
  | { readonly outcome: 'failed'; readonly reason: string }

/** A way to get a MinIO. It answers `failed` rather than throw, and leaves nothing behind then. */
export type Way = () => Promise<Attempt>

export type Started =
  Extract<Attempt, { outcome: 'started' }> | { readonly outcome: 'none'; readonly reasons: readonly string[] }

/** The first way that works: a container, else a `minio` binary of this machine. */
export async function startMinio(ways: readonly Way[] = [startContainer, startProcess]): Promise<Started> {
  const reasons: string[] = []
  for (const way of ways) {
    const attempt = await way()
    if (attempt.outcome === 'started') return attempt
    reasons.push(attempt.reason)
  }
  return { outcome: 'none', reasons }
}

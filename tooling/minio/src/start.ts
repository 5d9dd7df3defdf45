import type { Attempt } from './attempt.ts'
import { startContainer } from './container.ts'
import { startProcess } from './process.ts'

/** A way to get a MinIO. Returns `failed` rather than throw, and then leaves nothing behind. */
export type Way = () => Promise<Attempt>

export type Started =
  | Extract<Attempt, { outcome: 'started' }>
  | { readonly outcome: 'none'; readonly reasons: readonly string[] }

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

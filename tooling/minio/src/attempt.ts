import type { MinioConnection } from './connection.ts'
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

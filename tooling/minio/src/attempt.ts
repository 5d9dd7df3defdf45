import type { MinioConnection } from './connection.ts'
import type { Watchdog } from './watchdog.ts'

/** What one way to get a MinIO came to. */
export type Attempt =
  | {
      readonly outcome: 'started'
      /** For the log: what runs. */
      readonly what: string
      readonly connection: MinioConnection
      readonly watchdog: Watchdog
    }
  | { readonly outcome: 'failed'; readonly reason: string }

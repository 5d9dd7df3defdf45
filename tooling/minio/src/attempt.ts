import type { MinioConnection } from './connection.ts'
import type { Watchdog } from './watchdog.ts'

/** The result of one way to get a MinIO. */
export type Attempt =
  | {
      readonly outcome: 'started'
      /** For the log: the kind of server. */
      readonly what: string
      readonly connection: MinioConnection
      readonly watchdog: Watchdog
    }
  | { readonly outcome: 'failed'; readonly reason: string }

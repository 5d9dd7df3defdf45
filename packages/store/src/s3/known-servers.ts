import { StoreError } from '../store-error.ts'

type Headers = Readonly<Record<string, string | undefined>>

/**
 * Refuses servers whose conditional writes are known not to be atomic, by what their answers look like. The probe finds most of
 * them by what they do. These race so seldom that hundreds of rounds may miss it: a look at the object, and then the write.
 *
 * @throws {@link StoreError} `UNSUPPORTED`; `context.violation` is `known-wrong`
 */
export function refuseKnownServers(headers: Headers): void {
  if (!isGofakes3(headers)) return
  throw new StoreError(
    'the server is gofakes3, on which `rclone serve s3` is built: of two racing writers both may win',
    {
      code: 'UNSUPPORTED',
      suggestion: 'Use the store behind it directly, or a server that the README of @s3sched/store lists as right',
      context: { violation: 'known-wrong' },
    },
  )
}

/** The `Server` header says AmazonS3. The second id is the first id, several times over, which AWS never does. */
function isGofakes3({ 'x-amz-id-2': second, 'x-amz-request-id': first }: Headers): boolean {
  if (first === undefined || second === undefined || first === '') return false
  const decoded = Buffer.from(second, 'base64').toString('latin1')
  return decoded.length > first.length && decoded === first.repeat(decoded.length / first.length)
}

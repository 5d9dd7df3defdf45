import { having, messageOf, optional, type OptionField } from '@s3sched/kernel'
import { TargetError } from '../target-error.ts'

/** The used part of a client of the AWS SDK v3. */
export interface AwsClient {
  /** Sends a command of the SDK. */
  send(command: never, options?: { readonly abortSignal?: AbortSignal }): Promise<unknown>
}

/** The client of a target in AWS. */
export interface AwsOptions {
  /**
   * A client of the service, of the AWS SDK v3. @default a client with the region and the credentials of the SDK's usual
   * chain
   */
  readonly client?: AwsClient
}

/** For the specification of a target. */
export const AWS_SPEC: { readonly client: OptionField<AwsClient | undefined> } = {
  client: optional(having<AwsClient>('a client of the AWS SDK v3', 'send')),
}

/** Sends commands of one kind, with the given client, or with a client made by the first call. */
export function awsCalls(
  given: AwsClient | undefined,
  load: () => Promise<new (config: object) => AwsClient>,
): (command: object, signal?: AbortSignal) => Promise<unknown> {
  // A client holds no connection while it has no call, so nothing has to be closed.
  let made: Promise<AwsClient> | undefined
  const make = async (): Promise<AwsClient> => {
    const Client = await load()
    return new Client({})
  }
  return async (command, signal) => {
    const client = given ?? (await (made ??= make()))
    try {
      return await client.send(command as never, signal === undefined ? {} : { abortSignal: signal })
    } catch (thrown) {
      throw refusalOf(thrown) ?? thrown
    }
  }
}

/** Errors of the caller that time may mend. */
const PASSING: readonly string[] = ['ExpiredTokenException', 'ExpiredToken', 'RequestTimeTooSkewed', 'RequestTimeout']

/** The final no of an AWS service: an error of the caller that is neither throttling nor a matter of time. */
function refusalOf(thrown: unknown): TargetError | undefined {
  const { $fault, $metadata, $retryable, name } = thrown as {
    readonly $fault?: unknown
    readonly $metadata?: { readonly httpStatusCode?: number }
    readonly $retryable?: unknown
    readonly name?: unknown
  }
  if ($fault !== 'client' || $retryable !== undefined) return undefined
  const text = String(name)
  if ($metadata?.httpStatusCode === 429 || /thrott|toomany|limitexceeded/i.test(text) || PASSING.includes(text)) {
    return undefined
  }
  return new TargetError(`AWS refused the work: ${text}: ${messageOf(thrown)}`, { code: 'REFUSED', cause: thrown })
}

import {
  custom,
  having,
  integer,
  oneOf,
  optional,
  resolveOptions,
  withheld,
  systemClock,
  type Clock,
} from '@s3sched/kernel'
import type { TargetContext } from '../target-context.ts'
import type { Wait } from '../target-message.ts'
import type { Callbacks } from './callbacks.ts'

/** The options of the target `http`. */
export interface HttpOptions {
  /**
   * The secret of the signature, shared with the receiver; `whsec_` and base64, or any text of 24 characters and more.
   * @default no signature
   */
  readonly secret?: string
  /**
   * - `accepted`: an answer 2xx ends the run, whatever the receiver does afterwards
   * - `done`: an answer 202 with a `Location` is followed until the work is done
   * @default 'done'
   */
  readonly wait?: Wait
  /** More headers, such as an authorization. The headers of the target win. @default none */
  readonly headers?: Readonly<Record<string, string>>
  /** The `payload` of the message: any JSON. @default null */
  readonly payload?: (context: TargetContext) => unknown
  /** The wait between two looks at the `Location`, ms, where the receiver asks for none. 100 to 600,000. @default 5000 */
  readonly pollMs?: number
  /**
   * The place where the receiver may tell the end of its work, from `createCallbacks`. The message then has a `callback`:
   * after an answer 202 the run waits for a POST there, and where the answer has a `Location`, looks there too.
   * @default none
   */
  readonly callbacks?: Callbacks
  /** Times the waits, and dates the signatures. @default the system's */
  readonly clock?: Clock
}

const isRecordOfTexts = (value: unknown): value is Readonly<Record<string, string>> =>
  typeof value === 'object' && value !== null && Object.values(value).every((text) => typeof text === 'string')

const SPEC = {
  secret: optional(
    withheld(
      custom(
        'a secret of 24 characters or more',
        (value): value is string => typeof value === 'string' && value.length >= 24,
      ),
    ),
  ),
  wait: oneOf(['accepted', 'done'], 'done'),
  headers: optional(withheld(custom('an object of texts', isRecordOfTexts))),
  payload: optional(
    custom('a function', (value): value is NonNullable<HttpOptions['payload']> => typeof value === 'function'),
  ),
  pollMs: integer({ min: 100, max: 600_000, default: 5000 }),
  callbacks: optional(having<Callbacks>('the callbacks of createCallbacks', 'expect')),
  clock: optional(custom('a clock', (value): value is Clock => typeof value === 'object' && value !== null)),
} as const

export interface ResolvedHttpOptions {
  readonly secret: string | undefined
  readonly wait: Wait
  readonly headers: Readonly<Record<string, string>> | undefined
  readonly payload: HttpOptions['payload']
  readonly pollMs: number
  readonly callbacks: Callbacks | undefined
  readonly clock: Clock
}

/** @throws S3SchedError `INVALID_OPTIONS` */
export function resolveHttpOptions(input: HttpOptions): ResolvedHttpOptions {
  const { clock = systemClock, ...resolved } = resolveOptions('http', SPEC, input)
  return { ...resolved, clock }
}

import { describe } from './describe.ts'
import { hideInData, hideInText } from './hide-connections.ts'

const brand = Symbol.for('s3sched.error')

/** The fields of an {@link S3SchedError} besides its message. */
export interface S3SchedErrorOptions<Code extends string = string> {
  /** A coarse and stable code for callers to branch on. Upper-case words with underscores. */
  readonly code: Code
  /** True if the same call may succeed later with nothing changed. @default false */
  readonly retriable?: boolean
  /** The remedy, in one sentence; the sentence is appended to the message. */
  readonly suggestion?: string
  /** Plain data about the failure. Never a secret. */
  readonly context?: Readonly<Record<string, unknown>>
  /** The error behind this one. */
  readonly cause?: unknown
}

/**
 * The base class of every error that s3sched throws. The message and the context show connection strings without their
 * secrets.
 *
 * `instanceof` compares a brand and not the class object, so that `instanceof` also works when two copies of a package
 * are installed. A subclass declares its own `static override readonly kind`; a subclass without a `kind` is compared
 * as usual.
 */
export class S3SchedError<Code extends string = string> extends Error {
  static readonly kind: string = 'S3SchedError'

  /** The coarse and stable kind of the error, for callers to branch on. */
  readonly code: Code
  /** True if the same call may succeed later with nothing changed. */
  readonly retriable: boolean
  /** The remedy, in one sentence; `undefined` for none. */
  readonly suggestion: string | undefined
  /** Plain data about the failure, without secrets. */
  readonly context: Readonly<Record<string, unknown>>
  /** The message without the suggestion: for an error that passes the suggestion on. */
  declare readonly problem: string

  constructor(message: string, options: S3SchedErrorOptions<Code>) {
    // JavaScript may give an error as the message, or nothing.
    const problem = messageOf(message)
    // The text of another error, at the end of a message, often has its own full stop.
    const stop = /[.!?]$/.test(problem) ? '' : '.'
    const text = options.suggestion === undefined ? problem : `${problem}${stop} ${options.suggestion}`
    super(hideInText(text), options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.kind
    this.code = options.code
    this.retriable = options.retriable ?? false
    this.suggestion = options.suggestion === undefined ? undefined : hideInText(options.suggestion)
    this.context = hideInData(options.context ?? {}) as Readonly<Record<string, unknown>>
    // Not enumerable: a record of the error has the message already.
    Object.defineProperty(this, 'problem', { value: hideInText(problem) })
    Object.defineProperty(this, brand, { value: true })
  }

  /** Compares the brand and the kind: `instanceof` also holds for errors of another copy of the package. */
  static override [Symbol.hasInstance](this: { readonly kind?: unknown }, value: unknown): boolean {
    // The inherited kind is the kind of the parent: every error of the parent would count as an instance of this class.
    if (!Object.hasOwn(this, 'kind')) return Function.prototype[Symbol.hasInstance].call(this, value)
    if (typeof value !== 'object' || value === null || !(brand in value)) return false
    for (let proto: unknown = Object.getPrototypeOf(value); proto !== null; proto = Object.getPrototypeOf(proto)) {
      const { constructor } = proto as { readonly constructor?: { readonly kind?: unknown } }
      if (constructor !== undefined && Object.hasOwn(constructor, 'kind') && constructor.kind === this.kind) return true
    }
    return false
  }
}

/** The message of any thrown value, also of a value that is no error. */
export function messageOf(thrown: unknown): string {
  try {
    const message: unknown = thrown instanceof Error ? thrown.message : undefined
    if (typeof message === 'string') return message
  } catch {
    // An accessor or a proxy threw: the description has what can be read.
  }
  return typeof thrown === 'string' ? thrown : describe(thrown)
}

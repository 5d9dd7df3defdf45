import { createOperator, type Operator } from '@s3sched/operator'
import { DEFAULT_CONNECTION, redactConnection, type ObjectStore } from '@s3sched/store'
import type { CommonOptions } from './option-spec.ts'
import { UsageError } from './ending.ts'
import { hideSecrets } from './hide-secrets.ts'
import { parseZone } from './input/zone.ts'
import type { Io } from './io.ts'
import { plainJson } from './output/plain-text.ts'
import { CLEAR_LINE, withProgress } from './output/progress.ts'
import { meterStore, type RequestMeter } from './output/request-meter.ts'
import { formatDistance, formatInstant } from './output/times.ts'
import { stylesOf, type Styles } from './output/styles.ts'
import { renderTable, type Column } from './output/table.ts'

/** The version of the shape of `--json`: raised when a field changes its meaning or goes away. */
const JSON_VERSION = 1

/** The folder of an application without a store. */
const FOLDER = DEFAULT_CONNECTION.slice('file://'.length)

/** One call of a command: its words and options, and its ways to answer. */
export class Invocation {
  readonly io: Io
  readonly command: string
  /** The subject of the command: a job's name, an expression. */
  readonly subject: string | undefined
  /** The words of a subject of several words, after the first. */
  readonly furtherWords: readonly string[]
  readonly json: boolean
  readonly styles: Styles
  /** The zone of all shown times. */
  readonly zone: string
  readonly #options: CommonOptions
  readonly #connection: string | undefined
  #operator: Operator | undefined
  #store: ObjectStore | undefined
  readonly #meter: RequestMeter = { made: 0, expected: undefined }
  #soFar: (() => Promise<void>) | undefined
  #goesOnUntilSignal = false

  constructor(io: Io, command: string, words: Words, options: CommonOptions) {
    this.io = io
    this.command = command
    this.subject = words.subject
    this.furtherWords = words.furtherWords
    this.json = options.json === true
    this.styles = stylesOf(io, options.color !== false)
    this.zone = parseZone(options.tz)
    this.#options = options
    this.#connection = words.connection
  }

  /** Epoch ms. */
  now(): number {
    return this.io.clock.now()
  }

  /** The operator of the bucket; no request is sent yet. @throws UsageError; StoreError `INVALID_CONNECTION` */
  operator(): Operator {
    if (this.#operator !== undefined) return this.#operator
    const store = this.wholeStore()
    const { clock, random } = this.io
    return (this.#operator = createOperator(store, { prefix: this.prefix, clock, random }))
  }

  /** The place of s3sched's objects in the store. */
  get prefix(): string {
    const { prefix } = this.#options
    return prefix === undefined ? 's3sched/' : withSlash(prefix)
  }

  /** The whole store, without the prefix. */
  wholeStore(): ObjectStore {
    return (this.#store ??= meterStore(this.io.openStore(this.connection()), this.#meter))
  }

  /** The connection string; may hold secrets. @throws UsageError without one, or with two */
  connection(): string {
    const { store } = this.#options
    if (store !== undefined && this.#connection !== undefined) {
      throw new UsageError('the store was given twice, as an argument and by --store')
    }
    const given = this.#connection ?? store ?? this.io.env['S3SCHED_STORE']
    if (given !== undefined && given !== '') return given
    // An application refuses an empty address, too.
    if (given === undefined && this.io.hasFolder(FOLDER)) return DEFAULT_CONNECTION
    throw new UsageError(
      given === undefined ? `no store was given, and there is no folder ${FOLDER} here` : 'an empty store was given',
      `Write s3sched ${this.command} s3://bucket, or set S3SCHED_STORE; file:///directory works too. ` +
        `Without a store, go to the folder of an application without one, whose state lies in ${FOLDER}`,
    )
  }

  /**
   * Says on standard error that the store is the folder of an application without a store. With `--json` the document
   * names the store.
   */
  async tellStore(): Promise<void> {
    const isGiven = (this.#connection ?? this.#options.store ?? this.io.env['S3SCHED_STORE']) !== undefined
    if (isGiven || this.json || !this.io.hasFolder(FOLDER)) return
    await this.io.stderr.write(`s3sched: no store was given: using ${DEFAULT_CONNECTION} in the working directory\n`)
  }

  /** A text without the secrets of the connection. */
  harmless(text: string): string {
    return hideSecrets(text, this.connection())
  }

  /** Closes the store if opened. */
  async close(): Promise<void> {
    await this.#store?.close()
  }

  /** Awaits `work`, and shows the label on a terminal. */
  wait<T>(label: string, work: Promise<T>): Promise<T> {
    return withProgress(this.io, label, work, this.#meter)
  }

  /** Announces about so many further requests: the progress then shows the expected time. */
  expect(requests: number): void {
    this.#meter.expected = requests
  }

  /** The command's output of partial results after an interruption, which says that there is more. */
  whenInterrupted(print: () => Promise<void>): void {
    this.#soFar = print
  }

  /** From now on a signal is the ordinary end of the command. */
  goesOnUntilSignal(): void {
    this.#goesOnUntilSignal = true
  }

  /**
   * Called after an interruption of the command: prints its partial results.
   * @returns whether the command has ended in an ordinary way
   */
  async endBySignal(): Promise<boolean> {
    // The terminal shows `^C` in this line, and perhaps the label of a wait.
    if (this.io.stderr.isTerminal) await this.io.stderr.write(CLEAR_LINE)
    await this.#soFar?.()
    return this.#goesOnUntilSignal
  }

  /** Prints text; every line must already be harmless. */
  print(text: string): Promise<void> {
    return this.io.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
  }

  /** Prints the one JSON document of this call. */
  printJson(fields: Readonly<Record<string, unknown>>): Promise<void> {
    return this.print(plainJson({ v: JSON_VERSION, command: this.command, ...fields }, 2))
  }

  table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
    return renderTable(rows, columns, { columns: this.io.stdout.columns, head: this.styles.dim })
  }

  /** An instant, with its distance from now. */
  when(instant: number): string {
    return `${this.at(instant)} (${this.distance(instant)})`
  }

  at(instant: number): string {
    return formatInstant(instant, this.zone)
  }

  distance(instant: number): string {
    return formatDistance(instant, this.now())
  }
}

/** The words of a command line without the options. */
export interface Words {
  readonly subject: string | undefined
  readonly furtherWords: readonly string[]
  readonly connection: string | undefined
}

/** The part of a command about its words. */
interface TakenWords {
  readonly subject?: { readonly label: string; readonly required: boolean; readonly words?: number }
}

const STORE_HINT = 'A store is written like s3://bucket or file:///directory'

function isQuoted(subject: { readonly label: string } | undefined): subject is { readonly label: string } {
  return subject?.label.startsWith("'") === true
}

/** A word with `://` is the store; job names can't contain `://`. @throws UsageError when there are too many */
export function readWords(words: readonly string[], { subject }: TakenWords): Words {
  const connections = words.filter((word) => word.includes('://'))
  const others = words.filter((word) => !word.includes('://'))
  if (connections.length > 1) {
    throw new UsageError(`expected one store, got ${connections.map(redactConnection).join(' and ')}`)
  }
  if (others.length > (subject === undefined ? 0 : (subject.words ?? 1))) {
    const extra = others.at(-1) ?? ''
    // Without quotes, a shell replaces the stars of an expression with file names.
    const hint = isQuoted(subject) ? `Put it into quotes: ${subject.label}` : STORE_HINT
    throw new UsageError(`unexpected argument '${extra}'`, hint)
  }
  if (subject?.required === true && others.length === 0) throw new UsageError(`expected ${subject.label}`)
  return { subject: others[0], furtherWords: others.slice(1), connection: connections[0] }
}

function withSlash(prefix: string): string {
  return prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`
}

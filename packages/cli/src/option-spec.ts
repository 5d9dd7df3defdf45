/** An option of a command. */
export interface OptionSpec {
  /** In commander's form: `-n, --limit <count>`. */
  readonly flags: string
  readonly description: string
}

/** The options of every command. */
export const COMMON_OPTIONS: readonly OptionSpec[] = [
  { flags: '--json', description: 'print one JSON document instead of text' },
  { flags: '--no-color', description: 'no colours, also on a terminal' },
  { flags: '--debug', description: 'show the stack of an error' },
]

/** The options of every command that reads a bucket. */
export const STORE_OPTIONS: readonly OptionSpec[] = [
  {
    flags: '--store <connection>',
    description: 'the store, instead of the argument or S3SCHED_STORE (default: the folder .s3sched)',
  },
  { flags: '--prefix <prefix>', description: "where s3sched's objects lie (default: s3sched/)" },
  { flags: '--tz <zone>', description: 'show times in this zone (default: UTC)' },
]

export interface CommonOptions {
  readonly json?: boolean
  readonly color?: boolean
  readonly debug?: boolean
  readonly store?: string
  readonly prefix?: string
  readonly tz?: string
}

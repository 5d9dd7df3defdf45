import type { ExitCode } from './exit-code.ts'
import type { Invocation } from './invocation.ts'
import type { OptionSpec } from './option-spec.ts'

/** One command: its words and options, and its work. */
export interface Command<Options = never> {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** More text, for the command's own help. */
  readonly details?: string
  /** The command's subject besides the store, such as `NAME`. */
  readonly subject?: {
    readonly label: string
    readonly required: boolean
    /** The most words of the subject. @default 1 */
    readonly words?: number
  }
  readonly usesStore: boolean
  readonly options?: readonly OptionSpec[]
  /** @returns the exit code */
  run(invocation: Invocation, options: Options): Promise<ExitCode>
}

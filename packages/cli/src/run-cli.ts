import { Command as Program, CommanderError, Option } from 'commander'
import { COMMANDS } from './commands.ts'
import type { Command } from './command.ts'
import { COMMON_OPTIONS, STORE_OPTIONS, type CommonOptions } from './option-spec.ts'
import { Interrupted, UsageError } from './ending.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { Invocation, readWords } from './invocation.ts'
import type { Io } from './io.ts'
import { reportError } from './report-error.ts'
import { VERSION } from './version.ts'

/**
 * Runs one command line to its end.
 * @param words - without the program's own name
 * @returns the exit code; never rejects
 */
export async function runCli(words: readonly string[], io: Io): Promise<ExitCode> {
  const has = (flag: string): boolean => words.includes(flag)
  const connection = words.find((word) => word.includes('://'))?.replace(/^--store=/, '') ?? io.env['S3SCHED_STORE']
  try {
    return await runWords(words, io)
  } catch (error) {
    return await reportError(io, error, { json: has('--json'), debug: has('--debug'), connection })
  }
}

async function runWords(words: readonly string[], io: Io): Promise<ExitCode> {
  const written: { readonly to: 'stdout' | 'stderr'; readonly text: string }[] = []
  let exitCode: ExitCode = EXIT.ok
  const program = createProgram(async (command, positionals, options) => {
    exitCode = await runCommand(io, command, positionals, options)
  })
  for (const each of [program, ...program.commands]) {
    each.configureOutput({
      writeOut: (text) => void written.push({ to: 'stdout', text }),
      writeErr: (text) => void written.push({ to: 'stderr', text }),
      getOutHelpWidth: () => Math.min(io.stdout.columns, 100),
      getErrHelpWidth: () => Math.min(io.stderr.columns, 100),
    })
    each.exitOverride()
  }
  try {
    await program.parseAsync([...words], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode !== 0 && words.includes('--json')) throw new UsageError(error.message.replace(/^error: /, ''))
    exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage
  }
  for (const { text, to } of written) await io[to].write(text.replace(/^error: /, 's3sched: '))
  return exitCode
}

async function runCommand(
  io: Io,
  command: Command,
  positionals: readonly string[],
  options: CommonOptions,
): Promise<ExitCode> {
  const invocation = new Invocation(io, command.name, readWords(positionals, command), options)
  try {
    if (command.usesStore) await invocation.tellStore()
    const exitCode = await Promise.race([command.run(invocation, options as never), interruption(io.signal)])
    await invocation.close()
    return exitCode
  } catch (error) {
    if (!(error instanceof Interrupted)) await invocation.close()
    // The program does not wait for a store without an answer: the process ends.
    else if (await invocation.endBySignal()) return EXIT.ok
    throw error
  }
}

type Act = (command: Command, positionals: readonly string[], options: CommonOptions) => Promise<void>

/** The command line in commander's form. */
function createProgram(act: Act): Program {
  const program = new Program('s3sched')
    .description('Looks after an s3sched fleet: all it takes is the bucket.')
    .version(VERSION, '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .showHelpAfterError('(s3sched --help lists the commands)')
    .addHelpText('after', FOOTER)
    .configureHelp({ subcommandTerm: (sub) => `${sub.name()} ${sub.usage().replace('[options] ', '')}` })
  // An option of the program is read at any place of the line; the copies of the commands are for their help alone.
  for (const { description, flags } of [...STORE_OPTIONS, ...COMMON_OPTIONS]) program.option(flags, description)
  for (const command of COMMANDS) {
    const { details, name, subject, summary, usesStore } = command
    const label = subject === undefined ? '' : subject.required ? ` ${subject.label}` : ` [${subject.label}]`
    const sub = program
      .command(name)
      .summary(summary)
      .description(details === undefined ? summary : `${summary}\n\n${details}`)
      .usage(`[options]${label}${usesStore ? ' [STORE]' : ''}`)
      .helpOption('-h, --help', 'print help')
      .showHelpAfterError(`(s3sched ${name} --help shows how it is used)`)
      .argument('[words...]')
      .action((words: string[], options: CommonOptions) => act(command, words, { ...options, ...program.opts() }))
    sub.configureHelp({ visibleArguments: () => [] })
    const common = usesStore ? [...STORE_OPTIONS, ...COMMON_OPTIONS] : COMMON_OPTIONS
    const own = command.options ?? []
    const taken = new Set(own.map(({ flags }) => new Option(flags).attributeName()))
    for (const { description, flags } of [
      ...own,
      ...common.filter((option) => !taken.has(new Option(option.flags).attributeName())),
    ]) {
      sub.option(flags, description)
    }
  }
  return program
}

const FOOTER = `
STORE is a connection string such as s3://bucket, s3://key:secret@bucket?region=eu-west-1, https://host/bucket or
file:///directory. Set S3SCHED_STORE instead, to keep it out of the list of processes. Without either, STORE is the
folder .s3sched here, where an application without a store keeps its state.

Exit codes: 0 fine, 1 something was found or could not be done, 2 usage, 3 the store can't be reached or refuses,
4 unexpected error, 130 interrupted, 141 nobody reads the output.`

/** Rejects on a signal of the user. */
function interruption(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error)
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
}

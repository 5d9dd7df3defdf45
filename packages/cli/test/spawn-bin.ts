import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { bundledProgram } from '@s3sched-tooling/vitest/bundled-program'

const NODE = [process.execPath, fileURLToPath(await bundledProgram(new URL('../src/main.ts', import.meta.url)))]

export interface Exited {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Starts the program as a process of its own. @param input - its standard input */
export function startBin(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = '',
  folder?: string,
): ChildProcess {
  const [command = '', ...args] = NODE
  const child = spawn(command, [...args, ...words], { env: { ...cleanEnv(), ...env }, cwd: folder })
  child.stdin.end(input)
  return child
}

/** Resolves when the process has ended and its output is read. */
export function exited(child: ChildProcess): Promise<Exited> {
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => (texts[name] += text))
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, ...texts }))
  })
}

export function runBin(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Exited> {
  return exited(startBin(words, env))
}

/** Of util-linux: gives a program a terminal. */
const TERMINAL = 'script'

/** Whether util-linux's `script` is there, which gives a program a terminal. */
export const hasTerminal: boolean =
  spawnSync(TERMINAL, ['--version']).stdout?.toString().includes('util-linux') ?? false

/** Runs a command line of a shell, in which `s3sched` is the program, in a terminal of so many columns. */
export function runInTerminal(
  line: string,
  columns: number,
  env: Readonly<Record<string, string>> = {},
): Promise<Exited> {
  return exited(startInTerminal(line, columns, env))
}

/** The same, for one who types: what is written to its standard input comes from the keyboard. */
export function startInTerminal(
  line: string,
  columns: number,
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  const program = NODE.map((word) => `'${word}'`).join(' ')
  const script = `s3sched() { ${program} "$@"; }; stty cols ${columns} rows 40; ${line}`
  return spawn(TERMINAL, ['-qec', `bash -c ${quoted(script)}`, '/dev/null'], {
    env: { ...cleanEnv(), TERM: 'xterm-256color', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
}

/**
 * The output without the lines that were wiped from the terminal: whether a command tells its progress depends on the
 * speed of the machine.
 */
export function withoutProgress(output: string): string {
  // oxlint-disable-next-line no-control-regex -- wipes a line
  return output.replaceAll(/[^\n]*\r\u001B\[K/g, '')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** What decides about colours and stores must come from the test alone. */
function cleanEnv(): NodeJS.ProcessEnv {
  const {
    CI: _ci,
    FORCE_COLOR: _force,
    NO_COLOR: _no,
    NODE_OPTIONS: _options,
    S3SCHED_STORE: _store,
    ...env
  } = process.env
  return env
}

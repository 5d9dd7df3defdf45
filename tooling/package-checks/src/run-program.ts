import { execFile } from 'node:child_process'

/** No program here takes a minute on a quiet machine, unless a registry does not answer. */
const TIMEOUT_MS = 9 * 60_000

export interface Ended {
  readonly code: number
  /** Both streams. */
  readonly output: string
}

/** Runs a program to its end; a non-zero exit code is a value. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      args,
      { ...options, timeout: TIMEOUT_MS, maxBuffer: 64 * 2 ** 20 },
      (error, stdout, stderr) => {
        if (error !== null && child.exitCode === null) reject(error)
        else resolve({ code: child.exitCode ?? 1, output: stdout + stderr })
      },
    )
  })
}

/** Like {@link runProgram}, for needed output: a non-zero exit code throws. */
export async function outputOf(program: string, args: readonly string[], cwd: string): Promise<string> {
  const { code, output } = await runProgram(program, args, { cwd })
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} failed with exit code ${code}:\n${output}`)
  return output
}

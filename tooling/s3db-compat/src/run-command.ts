import { execFile } from 'node:child_process'

export interface CommandOptions {
  readonly cwd: string
  readonly timeoutMs: number
  readonly env?: NodeJS.ProcessEnv
}

export interface CommandResult {
  /** `null` after an end by the timeout. */
  readonly code: number | null
  readonly stdout: string
  /** Standard output, then standard error. */
  readonly output: string
}

export function runCommand(program: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const { cwd, timeoutMs: timeout, env = process.env } = options
  return new Promise((resolve, reject) => {
    const settings = { cwd, env, timeout, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 * 1024 } as const
    execFile(program, [...args], settings, (error, stdout, stderr) => {
      const output = stdout + stderr
      if (error === null) resolve({ code: 0, stdout, output })
      else if (typeof error.code === 'string') reject(error)
      else resolve({ code: error.code ?? null, stdout, output })
    })
  })
}

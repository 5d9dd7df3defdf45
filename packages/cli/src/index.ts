export { EXIT, type ExitCode } from './exit-code.ts'
export type { Io, Out } from './io.ts'
export { processIo } from './process-io.ts'
export { runCli } from './run-cli.ts'

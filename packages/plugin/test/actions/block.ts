import type { JobContext } from '../../src/index.ts'

/**
 * Blocks its thread for so many ms, or for ever, and never looks at its signal. A blocked thread is as deaf as a thread
 * that computes, and takes no CPU.
 */
export default function block(_: unknown, { ms, progress }: JobContext & { readonly ms?: number }): string {
  progress(process.pid)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
  return 'done'
}

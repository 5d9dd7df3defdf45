import type { JobContext } from '../../src/index.ts'

/**
 * Blocks its thread for so many ms, or computes for ever, and never looks at its signal. A thread that is blocked for a
 * while is as deaf as a thread that computes, and takes no CPU.
 */
export default function compute(_: unknown, { ms, progress }: JobContext & { readonly ms?: number }): string {
  progress(process.pid)
  if (ms === undefined) for (;;);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
  return 'done'
}

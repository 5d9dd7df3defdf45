import type { JobContext } from '../../src/index.ts'

/** Computes for so many ms, or for ever, and never looks at its signal. */
export default function compute(
  _: unknown,
  { ms = Infinity, progress }: JobContext & { readonly ms?: number },
): string {
  progress(process.pid)
  const end = performance.now() + ms
  while (performance.now() < end);
  return 'done'
}

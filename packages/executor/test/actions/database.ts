let opened = 0

/** Opens a "database" that tells how often this worker has opened one. */
export default function open(): Promise<{ readonly opened: number }> {
  opened += 1
  return Promise.resolve({ opened })
}

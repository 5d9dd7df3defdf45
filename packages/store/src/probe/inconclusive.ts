/** A network error prevented a phase of the probe; the phase says nothing about the server. */
export class Inconclusive extends Error {
  constructor(cause: unknown) {
    super('the probe could not find out what became of a write', { cause })
  }
}

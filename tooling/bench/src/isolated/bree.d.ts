/** The part of Bree used here; the package has no types. */
declare module 'bree' {
  import type { EventEmitter } from 'node:events'

  interface BreeOptions {
    readonly root: false
    readonly logger: false
    readonly doRootCheck: false
    readonly acceptedExtensions: readonly string[]
    readonly jobs: readonly { readonly name: string; readonly path: string }[]
    readonly workerMessageHandler: (said: { readonly name: string; readonly message: unknown }) => void
    readonly outputWorkerMetadata: false
  }

  export default class Bree extends EventEmitter {
    constructor(options: BreeOptions)
    run(name: string): Promise<void>
    stop(): Promise<void>
  }
}

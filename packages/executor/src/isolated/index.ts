export { createIsolation, type IsolatedActionOptions, type Isolation, type IsolationDeps } from './isolation.ts'
export type { IsolationKind, ResourceLimits } from './isolated-worker.ts'
export type { IsolationOptions } from './isolation-options.ts'
export type { WorkerUse } from './worker-pool.ts'

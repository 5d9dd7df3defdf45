export {
  createIsolation,
  type IsolatedActionOptions,
  type Isolation,
  type IsolationDeps,
  type IsolationOptions,
} from './isolation.ts'
export type { IsolationKind, ResourceLimits } from './isolated-worker.ts'
export type { WorkerUse } from './worker-pool.ts'

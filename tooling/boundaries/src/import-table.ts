/**
 * Which of our packages each package may import; the import graph is a tree that a reader can hold in mind. It holds
 * for a package's tests too. Apps and tooling may import all of them, and no package imports those.
 */
export const importTable: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  cron: ['kernel'],
  executor: ['kernel'],
  store: ['kernel'],
  lock: ['kernel', 'store'],
  history: ['kernel', 'store'],
  database: ['kernel', 'store'],
  coordinator: ['kernel', 'store', 'lock'],
  plugin: ['kernel', 'cron', 'executor', 'store', 'lock', 'history', 'database', 'coordinator'],
  dashboard: ['kernel', 'cron', 'store', 'history', 'plugin'],
  cli: ['kernel', 'cron', 'store', 'lock', 'history', 'plugin', 'dashboard'],
}

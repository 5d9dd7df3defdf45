/**
 * The permitted imports of each package; the import graph is a tree that a reader can hold in mind. The table holds for
 * a package's tests too. Apps and tooling may import all packages, and no package imports apps or tooling.
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

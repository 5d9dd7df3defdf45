/**
 * The permitted imports of each package; the import graph is a tree, small enough to remember. The table holds for a
 * package's tests too, but for {@link moreInTests}. Apps and tooling may import all packages, and no package imports
 * apps or tooling.
 */
export const importTable: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  cron: ['kernel'],
  executor: ['kernel'],
  store: ['kernel'],
  targets: ['kernel'],
  serverless: ['kernel'],
  lock: ['kernel', 'store'],
  ledger: ['kernel', 'store'],
  history: ['kernel', 'store'],
  database: ['kernel', 'store'],
  coordinator: ['kernel', 'store', 'lock'],
  jobs: ['kernel', 'cron', 'executor', 'store', 'history', 'ledger'],
  engine: ['kernel', 'cron', 'executor', 'store', 'lock', 'history', 'coordinator', 'jobs'],
  operator: ['kernel', 'cron', 'executor', 'store', 'lock', 'history', 'coordinator', 'jobs'],
  alerts: ['kernel', 'store', 'jobs', 'operator'],
  plugin: [
    'kernel',
    'cron',
    'executor',
    'store',
    'lock',
    'history',
    'database',
    'coordinator',
    'jobs',
    'engine',
    'operator',
    'alerts',
    'serverless',
  ],
  nestjs: ['plugin'],
  dashboard: ['kernel', 'cron', 'store', 'history', 'operator'],
  cli: ['kernel', 'cron', 'store', 'lock', 'history', 'operator', 'dashboard'],
  s3sched: ['lock', 'plugin', 'dashboard', 'cli'],
}

/** Further permitted imports of a package's tests: command line, dashboard and targets are tried on a working fleet. */
export const moreInTests: Readonly<Record<string, readonly string[]>> = {
  dashboard: ['plugin', 'jobs'],
  cli: ['plugin', 'jobs'],
  nestjs: ['kernel', 'cron'],
  targets: ['plugin'],
}

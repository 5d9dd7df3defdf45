export { createDashboard, type Dashboard } from './create-dashboard.ts'
export type { Authorize, DashboardAction, DashboardOptions } from './dashboard-options.ts'

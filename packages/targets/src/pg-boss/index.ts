export { pgBoss, type PgBossClient, type PgBossJob, type PgBossOptions } from './pg-boss-target.ts'

import type { Begin, Contender } from './contender.ts'

/** Loads one contender, and no other. */
export async function beginOf(contender: Contender): Promise<Begin> {
  switch (contender.name) {
    case 'bullmq':
      return (await import('./bullmq.ts')).bullmq(contender.redis)
    case 'graphile-worker':
      return (await import('./graphile-worker.ts')).graphileWorker(contender.postgres)
    case 'pg-boss':
      return (await import('./pg-boss.ts')).pgBoss(contender.postgres, contender.queuedAt)
    case 's3sched':
      return (await import('./s3sched.ts')).s3sched(contender.store, contender.settings)
    default:
      return (await import('./in-process.ts')).inProcess(contender.name)
  }
}

export * from '@s3sched/lock'

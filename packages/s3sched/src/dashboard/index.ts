export * from '@s3sched/dashboard'

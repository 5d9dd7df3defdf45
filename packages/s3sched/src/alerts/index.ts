export * from '@s3sched/plugin/alerts'

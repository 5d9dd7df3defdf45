export * from '@s3sched/plugin/operator'

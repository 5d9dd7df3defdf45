export * from '@s3sched/plugin/testing'

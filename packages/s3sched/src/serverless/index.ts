export * from '@s3sched/plugin/serverless'

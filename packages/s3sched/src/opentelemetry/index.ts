export * from '@s3sched/plugin/opentelemetry'

// All exports of the scheduler, also future ones: a list of names here would lag behind.
export * from '@s3sched/plugin'

export { bullmq, type BullMqJob, type BullMqOptions, type BullMqQueue } from './bullmq-target.ts'

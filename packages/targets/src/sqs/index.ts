export { sqs, type SqsOptions } from './sqs-target.ts'
export type { AwsClient, AwsOptions } from '../aws/aws-client.ts'

export { eventbridge, type EventBridgeOptions } from './eventbridge-target.ts'
export type { AwsClient, AwsOptions } from '../aws/aws-client.ts'

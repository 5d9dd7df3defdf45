export { ecs, type EcsOptions } from './ecs-target.ts'
export type { AwsClient, AwsOptions } from '../aws/aws-client.ts'

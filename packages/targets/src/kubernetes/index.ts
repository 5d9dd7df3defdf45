export { kubernetesJob, type KubernetesConfig, type KubernetesJobOptions } from './kubernetes-target.ts'
export type { ContainerTemplate, JobTemplate } from './job-manifest.ts'

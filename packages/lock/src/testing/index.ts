export { createSimulatedHost, type SimulatedHost } from './simulated-host.ts'

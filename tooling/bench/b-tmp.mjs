// burst on a memory store with latency; reports longest turn by CPU
import { createMemoryStore } from '@s3sched/store'
import { createFaultyStore } from '@s3sched/store/testing'
import { SchedulerPlugin } from '@s3sched/plugin'
import { silentLogger, systemClock } from '@s3sched/kernel'
import { createSeededRandom } from '@s3sched/kernel/testing'
import { monitorTurns } from './src/process/turn-monitor.ts'
const n=+process.argv[2]; let ran=0, done; const fin=new Promise(r=>done=r)
const store=createFaultyStore(createMemoryStore(),{clock:systemClock,random:createSeededRandom(1),client:'a',minLatencyMs:5,maxLatencyMs:15}).store
const dueAt=new Date(Date.now()+ +(process.argv[3]??20000))
const s=new SchedulerPlugin({store,skipColdStart:true,maxConcurrentJobs:50,logger:silentLogger,jobs:Object.fromEntries(Array.from({length:n},(_,i)=>['job-'+i,{schedule:dueAt,action:()=>{ if(++ran===n) done()}}]))})
let m=monitorTurns(); let t=performance.now(); await s.start(); console.log('start',performance.now()-t,'longest',m.longestMs()); m.stop()
await new Promise(r=>setTimeout(r,dueAt-Date.now()-1500)); t=performance.now()
m=monitorTurns(); await fin; await new Promise(r=>setTimeout(r,1500)); console.log('burst',performance.now()-t,'longest turn',m.longestMs()); m.stop(); await s.stop(); process.exit(0)

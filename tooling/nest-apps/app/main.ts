/** An application as users write applications: decorators, an injected scheduler, and Nest's own shutdown hooks. */
import type { AddressInfo } from 'node:net'
import { Controller, Get, Injectable, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import {
  Cron,
  CronExpression,
  InjectScheduler,
  Interval,
  type JobContext,
  S3SchedModule,
  type Scheduler,
} from '@s3sched/nestjs'

const say = (text: string): void => void process.stdout.write(`${text}\n`)

@Injectable()
class Mailer {
  send(what: string): void {
    say(`sent ${what}`)
  }
}

@Injectable()
class Reports {
  readonly #mailer: Mailer

  constructor(mailer: Mailer) {
    this.#mailer = mailer
  }

  @Cron(CronExpression.EVERY_SECOND, { name: 'report', waitForCompletion: true })
  async report({ jobName, signal }: JobContext): Promise<void> {
    this.#mailer.send(jobName)
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    say('report was told to end')
  }
}

@Controller()
class Status {
  readonly #scheduler: Scheduler

  constructor(@InjectScheduler() scheduler: Scheduler) {
    this.#scheduler = scheduler
  }

  @Get()
  jobs(): string[] {
    return this.#scheduler.getAllJobsStatus().map(({ name }) => name)
  }

  @Interval('poll', 3_600_000)
  poll(): void {}
}

@Module({
  imports: [
    S3SchedModule.forRootAsync({
      useFactory: () => ({ store: 'memory://nest-app', skipColdStart: true, stopTimeout: 100 }),
    }),
  ],
  controllers: [Status],
  providers: [Mailer, Reports],
})
class AppModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create(AppModule, { logger: ['warn', 'error'] })
  if (process.argv.includes('--hooks')) app.enableShutdownHooks()
  await app.listen(0, '127.0.0.1')
  const { port } = (app.getHttpServer() as { address(): AddressInfo }).address()
  say(`http://127.0.0.1:${port}`)
}

void main()

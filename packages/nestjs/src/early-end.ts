import { type DynamicModule, Injectable, Module, type OnModuleDestroy } from '@nestjs/common'
import { ModulesContainer } from '@nestjs/core'
import { SchedulerLife } from './scheduler-life.ts'

/** Less than the distance of any other module from the root. */
const BEFORE_THE_ROOT = -1

/**
 * Stops the scheduler before the other modules are destroyed, which may close their connections in the same hook. Nest 10
 * destroys global modules first. Since Nest 11 the order is reversed: the modules nearest to the root are first, and
 * global modules last.
 */
class EarlyEnd implements OnModuleDestroy {
  readonly #life: Pick<SchedulerLife, 'onModuleDestroy'>

  constructor(life: Pick<SchedulerLife, 'onModuleDestroy'>) {
    this.#life = life
  }

  onModuleDestroy(): Promise<void> {
    return this.#life.onModuleDestroy()
  }
}

class EarlyEndModule {}
Module({})(EarlyEndModule)
Injectable()(EarlyEnd)

export const earlyEnd: DynamicModule = {
  module: EarlyEndModule,
  providers: [
    {
      provide: EarlyEnd,
      inject: [SchedulerLife, ModulesContainer],
      useFactory(life: SchedulerLife, modules: ModulesContainer): EarlyEnd {
        for (const module of modules.values()) {
          if (module.metatype === EarlyEndModule) module.distance = BEFORE_THE_ROOT
        }
        return new EarlyEnd(life)
      },
    },
  ],
}

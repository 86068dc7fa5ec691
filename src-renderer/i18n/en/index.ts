import { attention } from './attention.ts'
import { bundle } from './bundle.ts'
import { chart } from './chart.ts'
import { common } from './common.ts'
import { compare } from './compare.ts'
import { efficiency } from './efficiency.ts'
import { home } from './home.ts'
import { importing } from './import.ts'
import { newRun } from './new-run.ts'
import { playground } from './playground.ts'
import { queue } from './queue.ts'
import { run } from './run.ts'
import { runs } from './runs.ts'
import { settings } from './settings.ts'
import { shell } from './shell.ts'
import { suites } from './suites.ts'
import { table } from './table.ts'
import { tables } from './tables.ts'

/** All texts, one file a page; the Chinese ones have the same shape or do not compile. */
export const en = {
  common,
  shell,
  chart,
  table,
  home,
  importing,
  bundle,
  newRun,
  runs,
  run,
  compare,
  tables,
  suites,
  efficiency,
  attention,
  playground,
  queue,
  settings,
}

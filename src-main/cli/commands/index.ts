import type { Command } from 'commander'
import { addBackend } from './backend.ts'
import { addBundle } from './bundle.ts'
import { addCompare } from './compare.ts'
import { addData } from './data.ts'
import { addDelete } from './delete.ts'
import { addDemo } from './demo.ts'
import { addDoctor } from './doctor.ts'
import { addExport } from './export.ts'
import { addImport } from './import.ts'
import { addMeasure } from './measure.ts'
import { addResume } from './resume.ts'
import { addRuns } from './runs.ts'
import { addServe } from './serve.ts'
import { addShow } from './show.ts'
import { addSuite } from './suite.ts'
import { addTable } from './table.ts'
import { addTrain } from './train.ts'

/** Every command, one file each; a command adds itself to the program. */
export const commands: ((program: Command) => void)[] = [
  addDemo,
  addTrain,
  addResume,
  addSuite,
  addServe,
  addRuns,
  addShow,
  addCompare,
  addMeasure,
  addExport,
  addBundle,
  addImport,
  addTable,
  addData,
  addDelete,
  addBackend,
  addDoctor,
]

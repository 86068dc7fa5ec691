import type { Command } from 'commander'
import { addBackend } from './backend.ts'
import { addBundle } from './bundle.ts'
import { addCompare } from './compare.ts'
import { addData } from './data.ts'
import { addDelete } from './delete.ts'
import { addDemo } from './demo.ts'
import { addDoctor } from './doctor.ts'
import { addEncode } from './encode.ts'
import { addExport } from './export.ts'
import { addImport } from './import.ts'
import { addMatch } from './match.ts'
import { addMeasure } from './measure.ts'
import { addModel } from './model.ts'
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
  addEncode,
  addMatch,
  addModel,
  addExport,
  addBundle,
  addImport,
  addTable,
  addData,
  addDelete,
  addBackend,
  addDoctor,
]

import { UserError } from '../../../../src-shared/errors.ts'
import type { Refusal } from './answers.ts'

/** A child's side of ask-child.ts: prints what `work` finds, or why it cannot. */
export async function answer(work: () => Promise<object>): Promise<void> {
  const found = await work().catch(refusal)
  // Native libraries may keep the process alive or crash while it winds down: leave once the answer is out.
  process.stdout.write(`${JSON.stringify(found)}\n`, () => process.exit(0))
}

function refusal(error: unknown): Refusal {
  const reason = error instanceof Error ? error.message : String(error)
  const fix = error instanceof UserError ? error.fix : undefined
  return { ok: false, reason, ...(fix === undefined ? {} : { fix }) }
}

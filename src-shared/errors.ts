/**
 * An error the user can mend. It says what is wrong, where (file, line, field) and how to mend it;
 * the CLI prints it without a stack and exits with code 2.
 */
export class UserError extends Error {
  override readonly name = 'UserError'
  /** Where the problem is, e.g. `train.tsv:17 (column "label")` or `recipe.yaml: runs.teacher.model.type`. */
  readonly where: string | undefined
  /** What the user can do about it, one sentence. */
  readonly fix: string | undefined

  constructor(message: string, details: { where?: string; fix?: string; cause?: unknown } = {}) {
    super(message, { cause: details.cause })
    this.where = details.where
    this.fix = details.fix
  }

  /** The whole story on one to two lines, as the CLI prints it. */
  explain(): string {
    const head = this.where ? `${this.where}: ${this.message}` : this.message
    return this.fix ? `${head}\n  → ${this.fix}` : head
  }
}

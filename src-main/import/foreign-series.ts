import type { ForeignPoint } from './foreign-run.ts'

/** Points of a run by series, as they are read: 24 bytes a point, outside JavaScript's heap, for files of gigabytes. */
export class ForeignSeries implements Iterable<[name: string, points: Iterable<ForeignPoint>]> {
  readonly #columns = new Map<string, PointColumns>()

  get size(): number {
    return this.#columns.size
  }

  push(name: string, point: ForeignPoint): void {
    let columns = this.#columns.get(name)
    if (!columns) this.#columns.set(name, (columns = new PointColumns()))
    columns.push(point)
  }

  [Symbol.iterator](): Iterator<[string, Iterable<ForeignPoint>]> {
    return this.#columns[Symbol.iterator]()
  }
}

/** step, value, time; step, value, time … in an array that doubles when it is full. */
class PointColumns implements Iterable<ForeignPoint> {
  #numbers = new Float64Array(3 * 64)
  #used = 0

  push({ step, value, time }: ForeignPoint): void {
    if (this.#used === this.#numbers.length) {
      const twice = new Float64Array(2 * this.#used)
      twice.set(this.#numbers)
      this.#numbers = twice
    }
    this.#numbers[this.#used++] = step
    this.#numbers[this.#used++] = value
    this.#numbers[this.#used++] = time
  }

  *[Symbol.iterator](): Iterator<ForeignPoint> {
    for (let i = 0; i < this.#used; i += 3) {
      const [step = NaN, value = NaN, time = NaN] = this.#numbers.subarray(i, i + 3)
      yield { step, value, time }
    }
  }
}

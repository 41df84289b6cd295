import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { Reporter, SerializedError, TestModule } from 'vitest/node'

export interface Report {
  passed: number
  failed: number
  skipped: number
  /** What failed and why: tests, what goes around them, and what nobody waited for. */
  complaints: string[]
}

/** Writes a {@link Report} to the file that INNKEEPER_REPORT names. */
export default class implements Reporter {
  onTestRunEnd(files: readonly TestModule[], uncaught: readonly SerializedError[]) {
    const tests = files.flatMap(({ children }) => [...children.allTests()])
    const ended = (state: string) => tests.filter((test) => test.result().state === state)
    const failed = ended('failed')
    const report: Report = {
      passed: ended('passed').length,
      failed: failed.length,
      skipped: ended('skipped').length + ended('pending').length,
      complaints: [
        ...failed.map((test) =>
          complaint(`${nameOf(test.module)}: ${test.fullName}`, test.result().errors ?? []),
        ),
        ...files.flatMap((file) =>
          [file, ...file.children.allSuites()]
            .filter((around) => around.errors().length > 0)
            .map((around) => complaint(nameOf(file), around.errors())),
        ),
        ...uncaught.map((error) =>
          complaint(`caught by nobody, in ${error.VITEST_TEST_PATH ?? 'no test'}`, [error]),
        ),
      ],
    }
    writeFileSync(process.env.INNKEEPER_REPORT ?? '/dev/null', JSON.stringify(report))
  }
}

const nameOf = (file: TestModule) => relative(process.cwd(), file.moduleId)

const complaint = (of: string, errors: readonly SerializedError[]) =>
  `× ${of}\n${errors.map(({ stack, message }) => stack ?? message).join('\n')}\n`

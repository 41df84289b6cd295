import { run } from '../run.ts'

/** Nobody waits for it. */
export function log(text: string): void {
  void run(['logger', '--tag', 'innkeeper', '--', text])
}

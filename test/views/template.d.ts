import type { Frame } from '../../src/web/frame.ts'
import type { Templates } from './generated/templates.ts'

declare const safe: unique symbol
/** What was already escaped: the answer of `include`, and the body of a layout. */
export type Html = string & { [safe]: true }

/** `undefined`, `null`, booleans and objects would be shown as such. */
type Printable = string | number | bigint

/** What an include must be given: all it needs and its surroundings do not have already. */
type Given<Needs, Has> = Partial<Needs> & {
  [K in keyof Needs as K extends keyof Has
    ? Has[K] extends Needs[K]
      ? never
      : K
    : object extends Pick<Needs, K>
      ? never
      : K]: Needs[K]
}

type Arguments<Needs, Has> =
  object extends Given<Needs, Has> ? [data?: Given<Needs, Has>] : [data: Given<Needs, Has>]

/** What stands in scope while a template is drawn. */
export interface Template<Props> {
  it: Props & Frame & { body: Html }
  include<Name extends keyof Templates>(
    name: Name,
    ...data: Arguments<Templates[Name], Props & Frame>
  ): Html
  layout<Name extends keyof Templates>(
    name: Name,
    ...data: Arguments<Templates[Name], Props & Frame>
  ): void
  $print(value: Printable): void
  $raw(value: Html): void
}

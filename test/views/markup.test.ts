import { expect, test } from 'vitest'
import { complaints } from './markup.ts'

const props = '<% /* @props object */ %>\n'
const about = (markup: string) => complaints('some.eta', props + markup)

test.each([
  '<p class="a<% if (it.x) { %> b<% } %>" data-hx-get="/x?a=b"><%= it.x %></p>',
  '<%~ include("./_part", { a: 1 }) %><%~ it.body %>',
  '<input required value="<%= it.a > 1 ? "x" : "y" %>">',
  "<a href='/x'>a=b</a>",
])('%s is fine', (markup) => {
  expect(about(markup)).toEqual([])
})

// F-68
test.each([
  ['<%~ it.name %>', 'only includes'],
  ['<%~ it.a + include("./a") %>', 'only includes'],
  ['<input value=<%= it.name %>>', 'without quotes'],
  ['<input type=text>', 'without quotes'],
  ['<a hx-get="/x">', 'data-hx-'],
  ['<p style="color: red">', 'no inline style'],
  ['<p onclick="x()">', 'no inline style'],
])('%s is refused', (markup, reason) => {
  expect(about(markup)).toEqual([
    expect.stringMatching(new RegExp(`^views/some.eta:2: .*${reason}`)),
  ])
})

test('a template that does not say what it is given is refused', () => {
  expect(complaints('some.eta', '<p>x</p>')).toEqual([
    'views/some.eta:1: the first line says no @props',
  ])
})

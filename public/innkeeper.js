// What makes the panel quicker, never possible: every page does without.

/** `/` goes to the search box, unless somebody is writing. */
addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return
  if (event.target.closest('input, textarea, select, [contenteditable]')) return
  const box = document.getElementById('everywhere')
  if (!box) return
  event.preventDefault()
  const menu = document.getElementById('menu')
  if (!box.checkVisibility()) menu?.showPopover()
  box.focus()
  box.select()
})

/** The box in a table's head chooses all of its page. */
addEventListener('change', ({ target }) => {
  if (!target.matches('[data-choose-all]')) return
  for (const box of target.closest('table').querySelectorAll('tbody input[type=checkbox][name=id]')) {
    box.checked = target.checked
  }
})

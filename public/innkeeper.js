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

/** A preview has its frame from the first time it is asked for. */
addEventListener('submit', ({ submitter }) => {
  const frame = submitter?.formTarget && document.getElementsByName(submitter.formTarget)[0]
  if (frame) frame.classList.add('asked')
})

/** "All on this page" is seen to choose all of it. */
addEventListener('change', ({ target }) => {
  if (!target.matches('#bulk [name=page]')) return
  for (const box of document.querySelectorAll('[form=bulk][name=id]')) box.checked = target.checked
})

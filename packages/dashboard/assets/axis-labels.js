/** A space between two labels of an axis, in px. */
const LABEL_GAP = 4

/** Leaves out each label of an axis that an end would cut off, or that would touch the one before: locales differ. */
function fitLabels() {
  for (const axis of document.querySelectorAll('.time-axis')) {
    const { left, right } = axis.getBoundingClientRect()
    let end = left
    for (const label of axis.querySelectorAll('text')) {
      const box = label.getBoundingClientRect()
      if (box.width === 0) continue // a narrow page hides each second label
      const fits = box.left >= end && box.right <= right
      label.setAttribute('visibility', fits ? 'visible' : 'hidden')
      if (fits) end = box.right + LABEL_GAP
    }
  }
}

addEventListener('resize', fitLabels)
// The times of the page's script differ from those of the server in width.
document.addEventListener('labelschanged', fitLabels)

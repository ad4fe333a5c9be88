/* Reading: a hint leads to its place in the text, a marked place to its hint. */
(function () {
  'use strict';
  var page = document.querySelector('[data-reading]');
  if (!page) { return; }
  function show(element) {
    if (!element) { return; }
    element.scrollIntoView({ block: 'center' });
    element.classList.add('hint-at');
    window.setTimeout(function () { element.classList.remove('hint-at'); }, 1600);
  }
  page.addEventListener('click', function (event) {
    var link = event.target.closest('[data-to]');
    var mark = event.target.closest('mark[data-hint]');
    if (link) {
      event.preventDefault();
      show(document.getElementById('m' + link.getAttribute('data-to')));
    } else if (mark) {
      show(page.querySelector('[data-to="' + mark.getAttribute('data-hint') + '"]'));
    }
  });
})();

// Names for what Django's search boxes are made of: each is called as the field it stands for.
(function () {
  'use strict';
  function name() {
    document.querySelectorAll('select.select2-hidden-accessible').forEach(function (select) {
      var label = select.id && document.querySelector('label[for="' + select.id + '"]');
      var words = label ? label.textContent : select.getAttribute('aria-label');
      var box = select.nextElementSibling;
      if (!words || !box) { return; }
      words = words.replace(/[:\uff1a]\s*$/, '').trim();
      box.querySelectorAll('[role=combobox], [role=textbox], .select2-search__field')
        .forEach(function (part) {
          part.removeAttribute('aria-labelledby');
          part.setAttribute('aria-label', words);
        });
    });
  }
  // The library makes them when it is ready, and for every row that is added.
  new MutationObserver(function (changes) {
    var made = changes.some(function (change) {
      return Array.prototype.some.call(change.addedNodes, function (node) {
        return node.classList && node.classList.contains('select2-container');
      });
    });
    if (made) { name(); }
  }).observe(document.body, { childList: true, subtree: true });
  name();
})();

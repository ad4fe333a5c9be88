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

// Which key of ours a pressed letter stands for: this browser may have chosen others (the page of keys).
(function () {
  'use strict';
  var chosen = {};
  var cookie = /(?:^|; )key-letters=([A-Z.-]+)/.exec(document.cookie);
  (cookie ? cookie[1].split('.') : []).forEach(function (pair) {
    var parts = pair.split('-');
    chosen[parts[0]] = parts[1];
  });
  var ours = {};
  Object.keys(chosen).forEach(function (key) { ours[chosen[key]] = key; });
  window.deskKey = function (pressed) {
    var letter = pressed.toUpperCase();
    // A letter that was given to another deed does its own no more.
    return ours[letter] || (chosen[letter] ? '' : letter);
  };
  function told() {
    Array.prototype.forEach.call(document.querySelectorAll('[data-key][aria-keyshortcuts]'), function (button) {
      var key = chosen[button.getAttribute('data-key')];
      var shown = key && button.querySelector('kbd');
      if (key) { button.setAttribute('aria-keyshortcuts', key); }
      if (shown) { shown.textContent = key; }
    });
  }
  document.addEventListener('DOMContentLoaded', function () {
    told();
    Array.prototype.forEach.call(document.querySelectorAll('#keys kbd'), function (sign) {
      sign.textContent = chosen[sign.textContent] || sign.textContent;
    });
  });
})();

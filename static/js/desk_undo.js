/* The bar that offers to take a decision back: counts its seconds down and goes when they are over. */
(function () {
  'use strict';
  var bar = document.querySelector('.undo');
  if (!bar) { return; }
  var left = Number(bar.getAttribute('data-seconds'));
  var all = Math.max(left, 1);
  var line = bar.querySelector('.undo__line');
  var words = bar.querySelector('[data-left]');
  function show() {
    line.style.width = (100 * left / all) + '%';
    words.textContent = left + ' \u79d2\u5185\u53ef\u4ee5\u64a4\u9500';
  }
  show();
  var clock = window.setInterval(function () {
    left -= 1;
    if (left <= 0) { window.clearInterval(clock); bar.remove(); return; }
    show();
  }, 1000);
  document.addEventListener('keydown', function (event) {
    var at = document.activeElement;
    var typing = at && (/^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName) || at.isContentEditable);
    if ((event.ctrlKey || event.metaKey) && event.key === 'z' && !typing && bar.isConnected) {
      event.preventDefault();
      bar.requestSubmit ? bar.requestSubmit() : bar.submit();
    }
  });
})();

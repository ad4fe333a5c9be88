/* Puts a whole post on the clipboard, as HTML and as words. */
(function () {
  'use strict';
  var button = document.querySelector('[data-copy-html]');
  if (!button) { return; }
  var html = document.querySelector('[data-html]').value;
  var words = document.querySelector('[data-words]').value;
  var told = document.querySelector('[data-copied]');
  button.hidden = false;
  button.addEventListener('click', function () {
    function take(event) {
      event.clipboardData.setData('text/html', html);
      event.clipboardData.setData('text/plain', words);
      event.preventDefault();
    }
    document.addEventListener('copy', take);
    var done = document.execCommand('copy');
    document.removeEventListener('copy', take);
    told.textContent = done ? '已复制，请到公众号编辑器里粘贴。' : '没有复制成功，请打开“代码”手工复制。';
  });
})();

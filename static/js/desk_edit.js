/* The desk's editor: saves while somebody types, and tells who else is there. */
(function () {
  'use strict';
  var status = document.querySelector('[data-autosave]');
  if (!status) { return; }
  var form = status.closest('form');
  var others = document.querySelector('[data-others]');
  var QUIET = 2000, LONGEST = 10000, PRESENT = 30000;
  var changed = 0, last = 0, timer = null, busy = false, over = false;

  function text() {
    if (window.CKEDITOR) {
      Object.keys(window.CKEDITOR.instances).forEach(function (name) {
        window.CKEDITOR.instances[name].updateElement();
      });
    }
    var data = new FormData();
    form.querySelectorAll('input[name], textarea[name], select[name]').forEach(function (field) {
      if (field.type !== 'file' && !/^_|-/.test(field.name)) { data.append(field.name, field.value); }
    });
    return data;
  }
  function presence() {
    var data = new FormData();
    ['csrfmiddlewaretoken', 'opened_revision'].forEach(function (name) {
      var field = form.querySelector('[name=' + name + ']');
      if (field) { data.append(name, field.value); }
    });
    return data;
  }
  function say(words, tone) {
    status.textContent = words;
    status.className = 'autosave autosave--' + tone;
  }
  function tell(answer) {
    if (answer.taken) {
      over = true;
      say(answer.taken + '已接手这篇文章，您没有保存的文字在“修订”里。', 'red');
      return;
    }
    if (answer.failed) { say(answer.failed, 'amber'); }
    if (answer.saved) { say('已自动保存 ' + answer.saved, 'green'); }
    if (answer.newer) { say('别人已保存过这篇文章；您保存时会看到两边的对照。', 'amber'); }
    if (others && answer.others && answer.others.length && !others.children.length) {
      var names = answer.others.map(function (one) {
        return one.name + (one.typed ? '有还没有保存的改动' : '也打开着');
      });
      var note = document.createElement('p');
      note.className = 'desk-note desk-note--amber';
      note.textContent = names.join('，') + '。';
      others.appendChild(note);
    }
  }
  function send(data) {
    if (busy || over) { return; }
    busy = true;
    fetch(status.getAttribute('data-autosave'), { method: 'POST', body: data, credentials: 'same-origin' })
      .then(function (response) {
        if (response.redirected) {
          say('登录已过期：请在新窗口登录，再回到这里点“保存”，文字还在。', 'red');
          return {};
        }
        if (!response.ok) { throw new Error(String(response.status)); }
        return response.json();
      })
      .then(tell)
      .catch(function () { say('没有自动保存成功，请尽快点“保存”。', 'amber'); })
      .then(function () { busy = false; });
  }
  function save() {
    window.clearTimeout(timer);
    timer = null;
    changed = 0;
    last = Date.now();
    send(text());
  }
  function touched() {
    if (over) { return; }
    if (!changed) { changed = Date.now(); say('正在输入…', 'grey'); }
    window.clearTimeout(timer);
    timer = window.setTimeout(save, Math.max(0, Math.min(QUIET, LONGEST - (Date.now() - changed))));
  }
  form.addEventListener('input', touched);
  form.addEventListener('change', touched);
  form.addEventListener('submit', function () { over = true; window.clearTimeout(timer); });
  if (window.CKEDITOR) {
    window.CKEDITOR.on('instanceReady', function (event) { event.editor.on('change', touched); });
  }
  window.setInterval(function () {
    if (!changed && Date.now() - last > PRESENT - 1000) { last = Date.now(); send(presence()); }
  }, PRESENT);
})();

// The house's editor in the place of every box of the desk that holds a text (data-editor: where a paste
// is cleaned). The box is what the form sends; without this file one writes in it.
(function () {
  'use strict';
  if (!window.NewsroomEditor) return;
  window.DeskEditors = {};
  var TRIES = 40;
  function field(form, name) { return form.querySelector('[name=' + name + ']'); }
  // A reader takes about four hundred characters a minute.
  function count(handle) {
    var spot = document.querySelector('[data-count]'), length = handle && handle.length();
    if (spot && handle) spot.textContent = length + ' 字　约 ' + Math.max(1, Math.round(length / 400)) + ' 分钟';
  }
  function leftOut(box, phrases) {
    var note = box.form.querySelector('.writing__left');
    if (!note) return;
    note.textContent = phrases.length ? '粘贴的内容已整理，没有带入：' + phrases.join('、') + '。' : '';
  }
  function pasted(box, html) {
    var body = new URLSearchParams({ html: html });
    return fetch(box.dataset.editor, {
      method: 'POST', body: body, credentials: 'same-origin',
      headers: { 'X-CSRFToken': field(box.form, 'csrfmiddlewaretoken').value }
    }).then(function (response) {
      if (!response.ok || response.redirected) throw new Error(String(response.status));
      return response.json();
    }).then(function (answer) {
      leftOut(box, answer.dropped);
      return answer.html;
    });
  }
  // Pictures go through the page of pictures, which takes what is typed along.
  function pictures(box, handle, more) {
    var opener = document.querySelector('[data-pictures]');
    if (!opener) return;
    var form = box.form;
    function add(name, value) {
      var input = document.createElement('input');
      input.type = 'hidden';
      input.name = name;
      input.value = value;
      form.appendChild(input);
    }
    add('duan', more && more.at !== undefined ? more.at : handle.block());
    Object.keys(more || {}).forEach(function (name) {
      if (name === 'at') return;
      [].concat(more[name]).forEach(function (value) { add(name, value); });
    });
    opener.click();
  }
  // The sizes of a picture are made in the background; after a while it is placed all the same.
  function ready(address, tries) {
    return fetch(address, { credentials: 'same-origin', headers: { Accept: 'application/json' } })
      .then(function (response) { return response.json(); })
      .then(function (answer) {
        if (answer.ready || !tries) return null;
        return new Promise(function (done) { window.setTimeout(done, 700); })
          .then(function () { return ready(address, tries - 1); });
      });
  }
  // The page is left for a moment: not in the middle of a word.
  var typed = 0;
  document.addEventListener('input', function () { typed = Date.now(); });
  function pause() {
    return new Promise(function (done) {
      (function look() {
        if (Date.now() - typed > 1500) done(); else window.setTimeout(look, 300);
      })();
    });
  }
  function files(box, handle, given) {
    var opener = document.querySelector('[data-pictures]');
    var shown = Array.prototype.filter.call(given, function (file) { return /^image\//.test(file.type); });
    if (!opener || !shown.length) return false;
    var data = new FormData(), at = handle.block();
    data.append('do', 'upload');
    data.append('csrfmiddlewaretoken', field(box.form, 'csrfmiddlewaretoken').value);
    shown.forEach(function (file) { data.append('files', file); });
    fetch(opener.formAction, {
      method: 'POST', body: data, credentials: 'same-origin', headers: { Accept: 'application/json' }
    }).then(function (response) { return response.json(); }).then(function (answer) {
      if (!answer.chosen.length) throw new Error('refused');
      handle.say('图片处理中，好了就放进正文。');
      return ready(opener.formAction + '?zhunbei=' + answer.chosen.join('.'), TRIES).then(pause).then(function () {
        pictures(box, handle, { at: at, xuan: answer.chosen, do: 'place' });
      });
    }).catch(function () { handle.say('图片没有传上去，请点“插图”再传。'); });
    return true;
  }
  Array.prototype.forEach.call(document.querySelectorAll('textarea[data-editor]'), function (box) {
    var host = document.createElement('div');
    box.parentNode.insertBefore(host, box);
    var handle = window.NewsroomEditor.mount(host, {
      textarea: box,
      label: '正文',
      whole: true,
      placeholder: '从这里写起，也可以从 Word、WPS 粘贴',
      onChange: function () {
        box.dispatchEvent(new Event('input', { bubbles: true }));
        count(handle);
      },
      onPasteHtml: function (html) { return pasted(box, html); },
      onFiles: function (given) { return files(box, handle, given); },
      onPictures: function () {
        if (document.querySelector('[data-pictures]')) pictures(box, handle);
        else handle.say('这里的文字不配图。');
      }
    });
    window.DeskEditors[box.id] = handle;
    count(handle);
    // Back from the page of pictures: on from where the picture was put.
    var block = /[?&]duan=(\d+)/.exec(location.search);
    if (block) handle.goToBlock(Number(block[1]) + 1);
    // A picture whose sizes are still being made is looked for again.
    host.addEventListener('error', function (event) {
      var image = event.target, tries = Number(image.dataset.tries || 0);
      if (image.tagName !== 'IMG' || tries > 8) return;
      image.dataset.tries = tries + 1;
      window.setTimeout(function () { image.src = image.getAttribute('src'); }, 1500);
    }, true);
  });
})();

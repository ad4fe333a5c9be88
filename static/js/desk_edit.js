// What is typed at the desk goes to the server 2 s after the last key; until it is there, it lies on the
// device. Whoever signs in elsewhere, loses the network or closes the window is offered what he wrote.
(function () {
  'use strict';
  var status = document.querySelector('[data-autosave]');
  if (!status) return;
  var form = status.closest('form');
  var others = document.querySelector('[data-others]');
  var QUIET = 2000, LONGEST = 10000, PRESENT = 30000, AGAIN = 5000, STILL_HERE = 15000;
  var person = document.querySelector('.wb').dataset.person;
  // Every window has a copy of its own on the device.
  var piece = 'newsroom-desk:' + person + ':' + status.dataset.autosave + ':';
  var place = piece + (form.querySelector('[name=window]') || { value: '' }).value;
  var changed = 0, timer = null, busy = false, over = false, leaving = false, last = 0;

  function each(selector, deed) { Array.prototype.forEach.call(form.querySelectorAll(selector), deed); }
  function fields() {
    if (window.CKEDITOR) {
      Object.keys(window.CKEDITOR.instances).forEach(function (name) {
        window.CKEDITOR.instances[name].updateElement();
      });
    }
    var data = {};
    each('input[name], textarea[name], select[name]', function (field) {
      if (field.type === 'file' || /^_|__prefix__|csrf|duan/.test(field.name)) return;
      if ((field.type === 'checkbox' || field.type === 'radio') && !field.checked) return;
      data[field.name] = field.value;
    });
    var decided = [];
    each('input[name=_hint]', function (field) { decided.push(field.value); });
    if (decided.length) data._hint = decided.join(' ');
    return data;
  }
  function body(data) {
    var sent = new FormData();
    Object.keys(data).forEach(function (name) { sent.append(name, data[name]); });
    sent.append('csrfmiddlewaretoken', form.querySelector('[name=csrfmiddlewaretoken]').value);
    return sent;
  }
  function say(words, tone) {
    status.textContent = words;
    status.className = 'autosave autosave--' + tone;
  }

  // --- on the device ------------------------------------------------------------------------
  function keep() {
    try {
      localStorage.setItem(place, JSON.stringify({ at: new Date().toISOString(), fields: fields() }));
      return true;
    } catch (full) { return false; }
  }
  function forget(name) {
    try { localStorage.removeItem(name || place); } catch (closed) { /* no room was given to us */ }
  }
  // What lies there of this piece, the newest, of whatever window.
  function read() {
    var found = null;
    try {
      Object.keys(localStorage).forEach(function (name) {
        if (name.indexOf(piece) !== 0) return;
        var copy = JSON.parse(localStorage.getItem(name));
        if (!found || copy.at > found.at) { found = copy; found.name = name; }
      });
    } catch (error) { /* nothing lies there */ }
    return found;
  }
  function offer() {
    var copy = read();
    if (!copy) return;
    var now = fields();
    var differs = Object.keys(copy.fields).some(function (name) {
      return name !== 'opened_revision' && name !== 'window' && name in now && copy.fields[name] !== now[name];
    });
    if (!differs) { forget(copy.name); return; }
    var box = document.createElement('p');
    box.className = 'desk-note desk-note--amber';
    box.setAttribute('role', 'status');
    var when = new Date(copy.at).toLocaleString('zh-CN', { month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit' });
    box.textContent = '这台电脑上有一份没有存到网站的文字，写于 ' + when + '。';
    function button(words, deed) {
      var made = document.createElement('button');
      made.type = 'button';
      made.className = 'step';
      made.textContent = words;
      made.addEventListener('click', function () { deed(); box.remove(); });
      box.appendChild(made);
    }
    button('恢复这份文字', function () { restore(copy); });
    button('不要了', function () { forget(copy.name); });
    (others || form).insertAdjacentElement('beforebegin', box);
  }
  // The server keeps it and begins the form with it, with its rows, over the revision it was typed over.
  function restore(copy) {
    fetch(status.dataset.autosave, { method: 'POST', body: body(copy.fields), credentials: 'same-origin' })
      .then(function (response) {
        if (!response.ok || response.redirected) throw new Error(String(response.status));
        return response.json();
      })
      .then(function (answer) {
        if (!answer.saved) { tell(answer); return; }
        forget(copy.name);
        leaving = true;
        location.assign(location.pathname + '?huifu=1');
      })
      .catch(function () { say('现在恢复不了，文字还在这台电脑上，请稍后刷新这一页。', 'amber'); });
  }

  // --- to the server ------------------------------------------------------------------------
  function tell(answer) {
    if (answer.taken) {
      over = true;
      forget();
      say(answer.taken + '已接手这篇文章，您没有保存的文字在“修订”里。', 'red');
      return;
    }
    if (answer.closed) {
      over = true;
      forget();
      say(answer.closed, 'red');
      return;
    }
    if (answer.failed) { keep(); say(answer.failed, 'amber'); }
    if (answer.saved) { say('已自动保存 ' + answer.saved, 'green'); forget(); }
    if (answer.newer) say('别人已保存过这篇文章；您保存时会看到两边的对照。', 'amber');
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
  function send(data, typed) {
    if (busy || over) { if (typed) later(); return; }
    busy = true;
    fetch(status.dataset.autosave, { method: 'POST', body: body(data), credentials: 'same-origin' })
      .then(function (response) {
        if (response.redirected || response.status === 401 || response.status === 403) {
          if (typed) keep();
          expired();
          return {};
        }
        if (!response.ok) throw new Error(String(response.status));
        return response.json();
      })
      .then(tell)
      .catch(function () {
        if (typed) {
          say(keep() ? '没有网络，文字存在这台电脑上，连上后自动保存。' : '没有自动保存成功，请尽快点“保存”。', 'amber');
          later();
        }
      })
      .then(function () { busy = false; });
  }
  var retry = null;
  function later() {
    window.clearTimeout(retry);
    retry = window.setTimeout(function () { if (!over && !leaving) save(); }, AGAIN);
  }
  // After a new sign-in in another window: a fresh token, and on.
  function expired() {
    say('登录已过期，文字存在这台电脑上。', 'red');
    var link = document.createElement('a');
    link.href = status.dataset.signIn;
    link.target = '_blank';
    link.rel = 'noopener';
    link.textContent = '在新窗口登录';
    status.appendChild(link);
    window.setTimeout(renew, AGAIN);
  }
  function renew() {
    if (leaving) return;
    fetch(status.dataset.token, { credentials: 'same-origin' }).then(function (response) {
      if (response.redirected || !response.ok) { window.setTimeout(renew, AGAIN); return; }
      response.json().then(function (facts) {
        if (String(facts.person) !== person) {
          over = true;
          say('这台电脑上换了别人登录，文字存在这台电脑上。', 'red');
          return;
        }
        Array.prototype.forEach.call(document.querySelectorAll('[name=csrfmiddlewaretoken]'), function (input) {
          input.value = facts.token;
        });
        save();
      });
    }, function () { window.setTimeout(renew, AGAIN); });
  }
  function save() {
    window.clearTimeout(timer);
    timer = null;
    changed = 0;
    last = Date.now();
    send(fields(), true);
  }
  function touched() {
    if (over || leaving) return;
    form.dataset.dirty = '1';
    if (!changed) { changed = Date.now(); say('正在输入…', 'grey'); }
    window.clearTimeout(timer);
    timer = window.setTimeout(save, Math.max(0, Math.min(QUIET, LONGEST - (Date.now() - changed))));
  }
  form.addEventListener('input', touched);
  form.addEventListener('change', touched);
  form.addEventListener('submit', function (event) {
    if (event.submitter && event.submitter.formTarget === '_blank') return;
    leaving = true;
    window.clearTimeout(timer);
    timer = null;
    // A sign-in that has expired, or no network, meets the form on its way; the copy goes when the
    // server says that it has the words.
    if (form.dataset.dirty) keep();
    window.setTimeout(function () { leaving = false; }, STILL_HERE);
  });
  window.addEventListener('pageshow', function (event) { if (event.persisted) leaving = false; });
  window.addEventListener('pagehide', function () { if (timer && !leaving) keep(); });
  window.addEventListener('online', function () { if (timer || retry) save(); });
  document.addEventListener('visibilitychange', function () {
    if (document.visibilityState === 'hidden' && timer) { keep(); save(); }
  });
  if (window.CKEDITOR) {
    window.CKEDITOR.on('instanceReady', function (event) { event.editor.on('change', touched); });
  }
  window.setInterval(function () {
    if (!timer && Date.now() - last >= PRESENT) {
      last = Date.now();
      var open = form.querySelector('[name=opened_revision]');
      send(open ? { opened_revision: open.value } : {}, false);
    }
  }, PRESENT);
  offer();
})();

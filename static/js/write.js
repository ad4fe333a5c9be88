// The page on which a manuscript is written. Without this file it is an ordinary form.
// Typed text goes to the server 2 s after the last key and at least every 10 s; until the server
// has it, it lies on the device. Whoever signs in elsewhere, loses the network, closes the window
// or writes in two of them is offered what he wrote.
(function () {
  'use strict';
  var form = document.getElementById('write');
  if (!form || !window.fetch || !window.URLSearchParams) return;
  var QUIET = 2000;
  var LONGEST = 10000;
  var AGAIN = 5000;
  var config = JSON.parse(document.getElementById('write-config').textContent);
  var manuscript = config.manuscript;
  var version = config.version;
  var $ = function (id) { return document.getElementById(id); };
  var all = function (within, selector) {
    return Array.prototype.slice.call(within.querySelectorAll(selector));
  };
  var field = function (name) { return form.elements[name]; };

  all(form, '.nojs').forEach(function (part) { part.hidden = true; });

  // --- the editor -------------------------------------------------------------------------
  var plain = field('text');
  var editor = null;
  if (window.NewsroomEditor) {
    $('editor').hidden = false;
    editor = window.NewsroomEditor.mount($('editor'), {
      html: config.body || '<p></p>',
      textarea: plain,
      label: '正文',
      placeholder: '从这里写起，也可以从 Word、WPS 粘贴',
      onChange: changed,
      onPasteHtml: pasted,
      onFiles: function (files) {
        var shown = pictureFiles(files);
        if (shown.length) take(shown, 'picture');
        return shown.length > 0;
      },
      pictures: pictures
    });
    // The form carries the editor's own text from the first moment, typed in or not.
    plain.value = editor.html();
    field('text_format').value = 'html';
  }

  function html() { return editor ? editor.html() : plain.value; }

  function pictureFiles(files) {
    return Array.prototype.filter.call(files, function (file) { return /^image\//.test(file.type); });
  }

  // Pictures that stand in the clipboard itself go the way of chosen files.
  function ownPictures(raw) {
    var files = [];
    var rest = raw.replace(/<img\b[^>]*\ssrc=["']data:(image\/(?:png|jpeg|gif|webp));base64,([^"']+)["'][^>]*>/gi, function (tag, type, data) {
      try {
        var bytes = Uint8Array.from(atob(data.replace(/\s/g, '')), function (sign) { return sign.charCodeAt(0); });
        files.push(new File([bytes], '粘贴的图片 ' + (files.length + 1) + '.' + type.split('/')[1], { type: type }));
        return '';
      } catch (broken) { return tag; }
    });
    return { files: files, html: rest };
  }

  function pasted(raw) {
    var own = ownPictures(raw);
    return post(config.paste, new URLSearchParams({ html: own.html })).then(function (answer) {
      if (!answer.ok) throw new Error(answer.facts.problem || '');
      if (own.files.length) take(own.files, 'picture');
      tellLeftOut(answer.facts.dropped, own.files.length);
      return answer.facts.html;
    });
  }

  function tellLeftOut(phrases, pictures) {
    var note = $('paste-note');
    note.textContent = pictures ? '粘贴的图片 ' + pictures + ' 张已加入“配图”，处理好以后用“插图”放进正文。' : '';
    if (!phrases.length) return;
    note.appendChild(document.createTextNode('粘贴的内容已整理，没有带入：'));
    var list = document.createElement('ul');
    phrases.forEach(function (phrase) {
      var item = document.createElement('li');
      item.textContent = phrase;
      list.appendChild(item);
    });
    note.appendChild(list);
  }

  function pictures() {
    return all($('pictures'), '[data-key][data-state=ready]').map(function (row) {
      var caption = row.querySelector('input[name$="-caption"]').value;
      return {
        src: config.pictures.replace('KEY', row.getAttribute('data-key')),
        alt: caption,
        caption: caption,
        name: row.querySelector('.num').textContent
      };
    });
  }

  // --- what is typed ----------------------------------------------------------------------
  var stored = typed();   // as the server has it
  var quiet = null;
  var latest = null;
  var busy = null;        // the saving under way, a promise
  var stopped = false;    // a choice is asked for, or the piece is at the desk
  var leaving = false;

  function typed() {
    var data = new FormData(form);
    ['pictures', 'word', 'approval', 'csrfmiddlewaretoken', 'version'].forEach(function (name) {
      data.delete(name);
    });
    return new URLSearchParams(data).toString();
  }

  function changed() {
    if (stopped || leaving) return;
    count();
    if (typed() === stored) return;
    clearTimeout(quiet);
    quiet = setTimeout(save, QUIET);
    if (!latest) latest = setTimeout(save, LONGEST);
    remember();
  }
  form.addEventListener('input', changed);
  form.addEventListener('change', changed);
  form.addEventListener('focusout', function () { if (typed() !== stored) save(); });
  document.addEventListener('visibilitychange', function () {
    if (document.visibilityState === 'hidden' && typed() !== stored) {
      keep();
      save();
    }
  });
  window.addEventListener('pagehide', function () { if (typed() !== stored) keep(); });
  window.addEventListener('online', function () { if (typed() !== stored) save(); });

  function count() {
    var title = field('title').value.length;
    var spot = form.querySelector('[data-count=title]');
    if (spot) spot.textContent = title + ' / 60 字';
    if (editor) form.querySelector('[data-count=text]').textContent = editor.length() + ' 字';
  }
  count();

  // --- on the device ----------------------------------------------------------------------
  var remembering = null;
  function place(pk) { return 'newsroom-write:' + config.person + ':' + (pk || 'new'); }
  function read(key) {
    try { return JSON.parse(localStorage.getItem(key)); } catch (error) { return null; }
  }
  function write(key, value) {
    try { localStorage.setItem(key, JSON.stringify(value)); return true; } catch (error) { return false; }
  }
  function forget(pk) {
    clearTimeout(remembering);
    remembering = null;
    try { localStorage.removeItem(place(pk)); } catch (error) { /* no room was given to us */ }
  }
  function remember() {
    if (!remembering) remembering = setTimeout(keep, 1000);
  }
  function keep() {
    clearTimeout(remembering);
    remembering = null;
    return write(place(manuscript), {
      at: new Date().toISOString(), fields: typed(), html: html(), title: field('title').value
    });
  }

  function offer() {
    var copy = read(place(manuscript));
    if (!copy) return;
    var older = config.saved && new Date(copy.at) <= new Date(config.saved);
    if (older || same(copy)) { forget(manuscript); return; }
    var box = $('write-device');
    show(box, copy.at, copy.title, copy.html);
    box.querySelector('[data-restore]').onclick = function () { fill(copy); box.hidden = true; changed(); };
    box.querySelector('[data-forget]').onclick = function () { forget(manuscript); box.hidden = true; };
  }
  function same(copy) { return copy.html === html() && copy.title === field('title').value; }
  function show(box, at, title, text) {
    var when = new Date(at);
    box.querySelector('[data-at]').textContent = isNaN(when) ? at
      : when.toLocaleString('zh-CN', { month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' });
    var other = box.querySelector('[data-other]');
    other.textContent = '';
    var heading = document.createElement('h3');
    heading.textContent = title || '（没有标题）';
    other.appendChild(heading);
    var body = document.createElement('p');
    // Shown as words: what lies on a device has not been cleaned.
    body.textContent = new DOMParser().parseFromString(text || '', 'text/html').body.textContent;
    other.appendChild(body);
    box.hidden = false;
  }
  function fill(copy) {
    var kept = new URLSearchParams(copy.fields);
    var names = kept.getAll('byline-name');
    while (rows().length < names.length) addRow();
    ['role', 'name', 'unit_text'].forEach(function (part) {
      var values = kept.getAll('byline-' + part);
      all($('bylines'), '[name="byline-' + part + '"]').forEach(function (input, number) {
        input.value = number < values.length ? values[number] : (part === 'role' ? input.value : '');
      });
    });
    all(form, 'input, select, textarea').forEach(function (input) {
      if (/^(text|text_format|form_key|author|action|kept)$/.test(input.name) || !kept.has(input.name)
        || input.name.indexOf('byline-') === 0 || input.type === 'file') return;
      if (input.type === 'radio' || input.type === 'checkbox') {
        input.checked = kept.getAll(input.name).indexOf(input.value) >= 0;
      } else {
        input.value = kept.get(input.name);
      }
    });
    if (!editor) { plain.value = kept.get('text') || ''; return; }
    // The editor takes cleaned text alone.
    pasted(copy.html).then(function (clean) { editor.setHtml(clean); changed(); }, function () {
      editor.insertText(new DOMParser().parseFromString(copy.html, 'text/html').body.textContent);
      changed();
    });
  }

  // --- to the server ----------------------------------------------------------------------
  function token() { return form.querySelector('[name=csrfmiddlewaretoken]').value; }
  function post(address, body) {
    return fetch(address, {
      method: 'POST', body: body, credentials: 'same-origin', headers: { 'X-CSRFToken': token() }
    }).then(function (response) {
      return response.json().catch(function () { return {}; }).then(function (facts) {
        return { ok: response.ok, status: response.status, facts: facts };
      });
    });
  }
  function home() { return config.root + manuscript + '/'; }

  // Resolves to "saved", "offline", "session", "conflict", "sent" or "refused".
  function save() {
    clearTimeout(quiet);
    clearTimeout(latest);
    quiet = latest = null;
    if (stopped) return Promise.resolve('conflict');
    // What is on its way is not saved a second time: disabling its button takes the focus away,
    // and a saving that comes after the form is told that the piece has been sent.
    if (leaving === 'now') return Promise.resolve('saved');
    if (busy) return busy.then(function (how) { return how === 'saved' && typed() !== stored ? save() : how; });
    var now = typed();
    if (now === stored) return Promise.resolve('saved');
    var body = new URLSearchParams(now);
    if (version) body.set('version', version);
    say('正在保存…', 'busy');
    busy = post(manuscript ? home() + 'baocun/' : config.begin, body).then(function (answer) {
      return settled(answer, now);
    }, function () {
      keep();
      say('网络已断开，内容存在本机', 'off');
      later();
      return 'offline';
    }).then(function (how) { busy = null; return how; });
    return busy;
  }

  var retry = null;
  function later() {
    clearTimeout(retry);
    retry = setTimeout(function () { if (!leaving && typed() !== stored) save(); }, AGAIN);
  }

  function settled(answer, sent) {
    var facts = answer.facts;
    if (answer.ok) {
      if (!manuscript) {
        forget(null);
        manuscript = facts.manuscript;
        form.action = facts.page;
        if (history.replaceState) history.replaceState(null, '', facts.page);
      }
      version = facts.version;
      stored = sent;
      if (field('version')) field('version').value = version;
      if (typed() === stored) forget(manuscript); else changed();
      $('write-session').hidden = true;
      if (facts.checklist) $('checklist').innerHTML = facts.checklist;
      say(facts.problems.length ? facts.problems[0] : '已自动保存 ' + facts.at, facts.problems.length ? 'bad' : '');
      return 'saved';
    }
    keep();
    if (answer.status === 401) { signedOut(); return 'session'; }
    if (answer.status === 403) { renew(); return 'session'; }
    if (answer.status === 409) { conflict(facts); return 'conflict'; }
    if (answer.status === 410) {
      stopped = true;
      say('稿件已在另一个窗口提交，这里写的保存在稿件页面', 'bad');
      return 'sent';
    }
    say(facts.problem || '没有存上，内容存在本机，稍后再试', 'off');
    later();
    return 'refused';
  }

  function say(words, tone) {
    var state = $('save-state');
    state.hidden = false;
    state.textContent = words;
    state.className = 'save' + (tone ? ' save--' + tone : '');
  }

  function signedOut() {
    var link = $('write-session').querySelector('[data-sign-in]');
    link.href = config.signIn + '?next=' + encodeURIComponent(manuscript ? home() + 'xiugai/' : config.root);
    link.target = '_blank';
    link.rel = 'noopener';
    $('write-session').hidden = false;
    say('登录已过期，内容存在本机', 'off');
    setTimeout(renew, AGAIN);
  }
  // After a new sign-in in another window: a fresh token, and on.
  function renew() {
    if (leaving) return;
    fetch(config.token, { credentials: 'same-origin' }).then(function (response) {
      if (response.status === 401) { signedOut(); return; }
      response.json().then(function (facts) {
        if (facts.person !== config.person) {
          stopped = true;
          say('这台设备上换了别人登录，内容存在本机', 'bad');
          return;
        }
        all(document, '[name=csrfmiddlewaretoken]').forEach(function (input) { input.value = facts.token; });
        save();
      });
    }, function () { setTimeout(renew, AGAIN); });
  }

  function conflict(facts) {
    stopped = true;
    var box = $('write-conflict');
    show(box, facts.conflict.at, facts.conflict.title, facts.conflict.body);
    say('这份草稿在另一台设备上更新过', 'bad');
    box.querySelector('[data-mine]').onclick = function () {
      stopped = false;
      version = facts.version;
      box.hidden = true;
      stored = '';
      save();
    };
    box.querySelector('[data-theirs]').onclick = function () {
      leaving = true;
      forget(manuscript);
      location.assign(facts.page);
    };
    box.scrollIntoView({ block: 'nearest' });
  }

  // --- sending ----------------------------------------------------------------------------
  // What is typed is saved first; then the form goes its ordinary way, once.
  form.addEventListener('submit', function (event) {
    if (leaving === 'now') return;
    event.preventDefault();
    if (leaving) return;
    var button = event.submitter || form.querySelector('button[value=save]');
    leaving = true;
    (typed() === stored && !manuscript ? Promise.resolve('saved') : save()).then(function (how) {
      if (how === 'offline' || how === 'refused' || how === 'conflict') {
        leaving = false;
        if (how === 'offline') say('网络已断开，内容存在本机，连上网后再提交', 'off');
        later();
        return;
      }
      leaving = 'now';
      ensure('version', version || '');
      ensure('action', button.value);
      all(form, '.actions button').forEach(function (other) { other.disabled = true; });
      all(form, 'input[type=file]').forEach(function (input) {
        if (input.name !== 'approval') input.disabled = true;
      });
      form.submit();
    });
  });
  function ensure(name, value) {
    var input = form.querySelector('input[type=hidden][name=' + name + ']');
    if (!input) {
      input = document.createElement('input');
      input.type = 'hidden';
      input.name = name;
      form.appendChild(input);
    }
    input.value = value;
  }
  // Back from the history: the page lives on as it was.
  window.addEventListener('pageshow', function (event) {
    if (!event.persisted) return;
    leaving = false;
    location.reload();
  });

  // --- bylines ----------------------------------------------------------------------------
  var list = $('bylines');
  function rows() { return all(list, '.by'); }
  function addRow() {
    var row = $('byline-template').content.firstElementChild.cloneNode(true);
    all(row, '[data-js]').forEach(function (part) { part.hidden = false; });
    all(row, '.nojs').forEach(function (part) { part.hidden = true; });
    list.appendChild(row);
    return row;
  }
  function renumber() {
    rows().forEach(function (row, number) {
      row.querySelector('[name="byline-order"]').value = number + 1;
    });
  }
  form.querySelector('[data-add-byline]').addEventListener('click', function (event) {
    event.preventDefault();
    var row = addRow();
    renumber();
    row.querySelector('[name="byline-name"]').focus();
  });
  list.addEventListener('click', function (event) {
    var button = event.target.closest('button');
    if (!button) return;
    var row = button.closest('.by');
    if (button.hasAttribute('data-up') && row.previousElementSibling) {
      list.insertBefore(row, row.previousElementSibling);
    } else if (button.hasAttribute('data-down') && row.nextElementSibling) {
      list.insertBefore(row.nextElementSibling, row);
    } else if (button.hasAttribute('data-away')) {
      if (rows().length > 1) row.remove();
      else all(row, 'input').forEach(function (input) { input.value = ''; });
    }
    if (row.isConnected) button.focus();
    renumber();
    changed();
  });
  renumber();

  // People of the registry, while a name is typed.
  var people = document.createElement('datalist');
  people.id = 'people';
  form.appendChild(people);
  var asked = null;
  var known = [];
  list.addEventListener('input', function (event) {
    var input = event.target;
    if (input.name !== 'byline-name') return;
    input.setAttribute('list', 'people');
    var chosen = known.filter(function (one) { return one.name + '　' + one.unit === input.value; })[0];
    if (chosen) {
      input.value = chosen.name;
      input.closest('.by').querySelector('[name="byline-unit_text"]').value = chosen.unit;
      return;
    }
    clearTimeout(asked);
    asked = setTimeout(function () {
      fetch(config.names + '?q=' + encodeURIComponent(input.value), { credentials: 'same-origin' })
        .then(function (response) { return response.ok ? response.json() : { people: [] }; })
        .then(function (facts) {
          known = facts.people;
          people.textContent = '';
          known.forEach(function (one) {
            var option = document.createElement('option');
            option.value = one.name + '　' + one.unit;
            people.appendChild(option);
          });
        }, function () { /* names are typed by hand then */ });
    }, 250);
  });

  // --- files ------------------------------------------------------------------------------
  var waiting = [];
  var running = 0;
  function unfinished() { return 'newsroom-files:' + config.person + ':' + manuscript; }
  function note(name, goes) {
    var names = read(unfinished()) || [];
    names = names.filter(function (one) { return one.name !== name.name; });
    if (!goes) names.push(name);
    if (names.length) write(unfinished(), names);
    else { try { localStorage.removeItem(unfinished()); } catch (error) { /* as above */ } }
  }
  function line(kind, name) {
    var item = document.createElement('li');
    item.className = kind === 'picture' ? 'shot shot--busy' : 'doc doc--busy';
    var words = document.createElement('p');
    words.className = 'row';
    var what = document.createElement('span');
    what.textContent = name;
    words.appendChild(what);
    item.appendChild(words);
    (kind === 'picture' ? $('pictures') : $('documents')).appendChild(item);
    return { item: item, words: words, what: what };
  }
  function button(label, act) {
    var made = document.createElement('button');
    made.type = 'button';
    made.className = 'btn btn--quiet btn--sm';
    made.textContent = label;
    made.addEventListener('click', act);
    return made;
  }
  function take(files, kind) {
    Array.prototype.forEach.call(files, function (file) {
      var name = { name: file.name, kind: kind };
      all(form, '[data-unfinished]').forEach(function (row) {
        if (row.getAttribute('data-unfinished') === file.name) row.remove();
      });
      waiting.push({ file: file, kind: kind, name: name, line: line(kind, '等待上传 ' + file.name) });
    });
    next();
  }
  function next() {
    if (running >= 2 || !waiting.length) return;
    running += 1;
    var job = waiting.shift();
    if (!manuscript) stored = '';  // a draft is needed to hang the file on
    (manuscript ? Promise.resolve('saved') : save()).then(function () {
      if (!manuscript) { failed(job, '还没有存上草稿，请连上网后重试。'); return; }
      note(job.name, false);
      send(job);
      next();
    });
  }
  function send(job) {
    var request = new XMLHttpRequest();
    var bar = document.createElement('progress');
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute('aria-label', '上传进度');
    var number = document.createElement('span');
    number.className = 'num';
    job.line.what.textContent = '正在上传 ' + job.file.name;
    job.line.words.appendChild(bar);
    job.line.words.appendChild(number);
    job.line.words.appendChild(button('取消', function () { request.abort(); }));
    request.upload.onprogress = function (event) {
      if (!event.lengthComputable) return;
      bar.value = Math.round(event.loaded / event.total * 100);
      number.textContent = bar.value + '%';
    };
    request.onload = function () {
      var facts = {};
      try { facts = JSON.parse(request.responseText); } catch (error) { /* a page, not an answer */ }
      if (request.status === 200) {
        note(job.name, true);
        job.line.item.outerHTML = facts.html;
        dress();
        changed();
        running -= 1;
        watch();
        next();
        return;
      }
      if (request.status === 401 || request.status === 403) renew();
      failed(job, facts.problem || (request.status === 413 ? '文件太大，请压缩后再传。' : '没有传上，请重试。'));
    };
    request.onerror = function () { failed(job, '网络断开，没有传完。'); };
    request.onabort = function () { note(job.name, true); job.line.item.remove(); running -= 1; next(); };
    request.open('POST', home() + 'fujian/');
    request.setRequestHeader('X-CSRFToken', token());
    var data = new FormData();
    data.append('kind', job.kind);
    data.append('file', job.file);
    request.send(data);
  }
  function failed(job, sentence) {
    running -= 1;
    job.line.words.textContent = '';
    job.line.what.textContent = job.file.name + '：' + sentence;
    job.line.what.className = 'msg';
    job.line.words.appendChild(job.line.what);
    job.line.words.appendChild(button('重试', function () {
      job.line.words.textContent = '';
      job.line.what.className = '';
      job.line.what.textContent = '等待上传 ' + job.file.name;
      job.line.words.appendChild(job.line.what);
      waiting.push(job);
      next();
    }));
    job.line.words.appendChild(button('移除', function () { note(job.name, true); job.line.item.remove(); }));
    next();
  }
  // What a closed window has left half sent.
  (manuscript ? read(unfinished()) || [] : []).forEach(function (name) {
    var row = line(name.kind, name.name + ' 没有传完，请重新选择这个文件。');
    row.item.setAttribute('data-unfinished', name.name);
    row.words.appendChild(button('选择文件', function () {
      form.querySelector('[data-drop=' + (name.kind === 'picture' ? 'pictures' : 'word') + '] input').click();
    }));
    row.words.appendChild(button('不要了', function () { note(name, true); row.item.remove(); }));
  });
  [['pictures', 'picture'], ['word', 'word']].forEach(function (pair) {
    var zone = form.querySelector('[data-drop=' + pair[0] + ']');
    var input = zone.querySelector('input[type=file]');
    input.addEventListener('change', function () {
      take(input.files, pair[1]);
      input.value = '';
    });
    zone.addEventListener('dragover', function (event) { event.preventDefault(); zone.classList.add('drop--over'); });
    zone.addEventListener('dragleave', function () { zone.classList.remove('drop--over'); });
    zone.addEventListener('drop', function (event) {
      event.preventDefault();
      zone.classList.remove('drop--over');
      if (event.dataTransfer) take(event.dataTransfer.files, pair[1]);
    });
  });

  // Rows of pictures: order by buttons.
  function dress() {
    all($('pictures'), '.shot[data-picture]').forEach(function (row) {
      all(row, '.nojs').forEach(function (part) { part.hidden = true; });
      var order = row.querySelector('input[name$="-order"]');
      if (order.hidden) return;
      order.hidden = true;
      [['↑', '前移', -1], ['↓', '后移', 1]].forEach(function (way) {
        var made = button(way[0], function () { move(row, way[2]); });
        made.setAttribute('aria-label', way[1]);
        order.parentNode.insertBefore(made, order);
      });
    });
    all($('pictures'), 'input[name$="-order"]').forEach(function (input, number) { input.value = number + 1; });
  }
  function move(row, by) {
    var other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other || !other.hasAttribute('data-picture')) return;
    row.parentNode.insertBefore(by < 0 ? row : other, by < 0 ? other : row);
    dress();
    changed();
  }

  // Files that the worker is at: ask until they are done.
  var watching = null;
  var pause = 1500;
  function watch() {
    if (watching || !manuscript || !form.querySelector('[data-state=waiting]')) return;
    watching = setTimeout(function () {
      watching = null;
      fetch(home() + 'chuli/', { credentials: 'same-origin' }).then(function (response) {
        return response.ok ? response.json() : null;
      }).then(function (facts) {
        if (facts) renewRows(facts);
        pause = Math.min(pause * 1.3, 10000);
        watch();
      }, watch);
    }, pause);
  }
  function renewRows(facts) {
    facts.pictures.forEach(function (one) {
      var row = form.querySelector('[data-picture="' + one.id + '"]');
      if (!row || row.getAttribute('data-state') === one.state) return;
      var made = parsed(one.html);
      row.setAttribute('data-state', one.state);
      // The words may be in the making: only the picture and its remarks change.
      row.replaceChild(made.firstElementChild, row.firstElementChild);
      all(made, '.msg, .hint').forEach(function (remark) { row.children[1].appendChild(remark); });
    });
    facts.documents.forEach(function (one) {
      var row = form.querySelector('[data-document="' + one.id + '"]');
      if (row && row.getAttribute('data-state') !== one.state) row.replaceWith(parsed(one.html));
    });
    if (facts.checklist) $('checklist').innerHTML = facts.checklist;
  }
  function parsed(text) {
    var holder = document.createElement('template');
    holder.innerHTML = text.trim();
    return holder.content.firstElementChild;
  }

  dress();
  stored = typed();
  offer();
  watch();
  var problems = $('problems');
  if (problems) problems.focus();
})();

// The screen on which an article is read and written: its keys, its cards, and the way from one to the
// other and back to the same place. Every key presses a button or a link that is there without it.
(function () {
  'use strict';
  var bar = document.querySelector('.wb');
  if (!bar) return;
  var form = bar.closest('form');
  Array.prototype.forEach.call(document.querySelectorAll('.nojs'), function (part) { part.hidden = true; });
  var writing = document.body.classList.contains('writing-page');
  var PLACE = 'newsroom-desk-place';
  function find(selector) { return document.querySelector(selector); }
  function session(name, value) {
    try {
      if (value === undefined) return sessionStorage.getItem(name);
      if (value === null) sessionStorage.removeItem(name); else sessionStorage.setItem(name, value);
    } catch (closed) { /* no room was given to us */ }
    return null;
  }

  // --- what was sent has arrived: the server says so ---------------------------------------------
  var arrived = /(?:^|; )desk-saved=(\d+|new)\.(\w*)/.exec(document.cookie);
  if (arrived) {
    var base = location.pathname.replace(/\d+\/(change|review)\/$|add\/$/, '');
    var of = arrived[1] === 'new' ? '' : arrived[1] + '/';
    try { localStorage.removeItem('newsroom-desk:' + bar.dataset.person + ':' + base + of + 'autosave/:' + arrived[2]); } catch (closed) { /* nothing lies there */ }
    document.cookie = 'desk-saved=; path=/admin/; max-age=0; samesite=lax';
  }

  // --- boxes over the text --------------------------------------------------------------------
  Array.prototype.forEach.call(document.querySelectorAll('.ws-line'), function (line) {
    function fit() { line.style.height = 'auto'; line.style.height = line.scrollHeight + 'px'; }
    line.addEventListener('input', fit);
    line.addEventListener('keydown', function (event) {
      if (event.key !== 'Enter' || event.isComposing || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      var lines = Array.prototype.slice.call(document.querySelectorAll('.ws-line'));
      var next = lines[lines.indexOf(line) + 1];
      var text = find('.writing__text');
      if (next) next.focus(); else if (text) text.focus();
    });
    fit();
  });

  // --- cards ----------------------------------------------------------------------------------
  var cards = Array.prototype.slice.call(document.querySelectorAll('.cd'));
  if (window.matchMedia('(max-width: 767px)').matches) {
    cards.forEach(function (card) { card.open = card.id === 'hints' || '#' + card.id === location.hash; });
  }
  function show(anchor) {
    var part = document.getElementById(anchor);
    if (!part) return;
    var card = part.closest('.cd');
    if (card) card.open = true;
    var within = part.contains(card) || !card ? part : part === card ? card : part;
    within.scrollIntoView({ block: 'start' });
    // The first box to be filled in; never one that deletes.
    var boxes = within.matches('input, select, textarea') ? [within] : within.querySelectorAll(
      'input:not([type=hidden]):not([type=checkbox]):not([type=file]), textarea, select:not(.select2-hidden-accessible), .select2-selection');
    var shown = Array.prototype.filter.call(boxes, function (box) { return box.offsetParent; });
    var to = shown[0] || within.querySelector('.hint-g a, a:not(.inline-deletelink), summary') || (card && card.querySelector('summary'));
    if (to) to.focus({ preventScroll: true });
  }
  document.addEventListener('click', function (event) {
    var link = event.target.closest('.ix a, .rv-check a[href^="#"]');
    if (!link) return;
    event.preventDefault();
    show(link.getAttribute('href').slice(1));
  });

  // --- reading and writing at the same place ----------------------------------------------------
  function scroller() { return document.scrollingElement; }
  function remember(cursor) {
    session(PLACE, JSON.stringify({
      path: location.pathname.replace(/(change|review)\/$/, ''), top: scroller().scrollTop, cursor: cursor
    }));
  }
  var write = find('[data-write]'), read = find('.ws-read');
  if (write) write.addEventListener('click', function () { remember(null); });
  if (read) read.addEventListener('click', function () { remember(null); });
  var kept = session(PLACE);
  if (kept) {
    session(PLACE, null);
    kept = JSON.parse(kept);
    if (kept.path === location.pathname.replace(/(change|review)\/$/, '')) {
      scroller().scrollTop = kept.top;
      var text = writing && find('textarea[data-editor]');
      var editor = text && window.DeskEditors && window.DeskEditors[text.id];
      if (editor) {
        if (kept.cursor !== null) editor.select(kept.cursor);
        editor.focus();
        scroller().scrollTop = kept.top;
      }
    }
  }

  // A new piece begins with its headline.
  if (writing && /\/add\/$/.test(location.pathname)) {
    window.addEventListener('load', function () { var line = find('#id_title'); if (line) line.focus(); });
  }

  // --- keys -------------------------------------------------------------------------------------
  function press(button) {
    if (!button) return false;
    button.click();
    return true;
  }
  function typing(target) { return target.closest('input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]'); }
  document.addEventListener('keydown', function (event) {
    if (event.isComposing || event.keyCode === 229) return;
    var command = event.ctrlKey || event.metaKey;
    var done = false;
    if (command && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 's') {
      if (!writing) return;
      var box = find('textarea[data-editor]'), at = box && window.DeskEditors && window.DeskEditors[box.id];
      remember(at ? at.selection() : null);
      done = press(find('[name=_continue]') || find('[name=_save]'));
    } else if (command && !event.altKey && event.key === 'Enter') {
      // In the box of remarks Ctrl+Enter belongs to what needs a remark.
      if (event.target.id === 'step-note') return;
      done = press(find('[data-primary]'));
    } else if (event.altKey && !command && !event.shiftKey && /^Digit[1-8]$/.test(event.code)) {
      var card = find('[data-alt="' + event.code.slice(5) + '"]');
      if (card) { show(card.getAttribute('href').slice(1)); done = true; }
    } else if (event.key === 'F8' && !event.altKey && !command) {
      done = walk(event.shiftKey ? -1 : 1);
    } else if (event.altKey && !command && /^Arrow(Up|Down)$/.test(event.key) && !typing(event.target)) {
      done = change(event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Escape' && document.body.classList.contains('writing-full')) {
      document.body.classList.remove('writing-full');
      done = true;
    } else if (!command && !event.altKey && !typing(event.target) && !document.body.classList.contains('keys-off')) {
      if (window.deskKey(event.key) === 'E' && write) { write.click(); done = true; }
    }
    if (done) event.preventDefault();
  });
  var hint = -1;
  function walk(step) {
    if (writing) {
      document.dispatchEvent(new CustomEvent('desk:walk', { detail: step }));
      return true;
    }
    var marks = document.querySelectorAll('mark[data-hint][id]');
    if (!marks.length) return false;
    hint = (hint + step + marks.length) % marks.length;
    marks[hint].scrollIntoView({ block: 'center' });
    flash(marks[hint]);
    return true;
  }
  var changed = -1;
  function change(step) {
    var parts = document.querySelectorAll('.ws__text .cmp ins, .ws__text .cmp del, .ws__text ins, .ws__text del');
    if (!parts.length) return false;
    changed = (changed + step + parts.length) % parts.length;
    parts[changed].scrollIntoView({ block: 'center' });
    flash(parts[changed]);
    return true;
  }
  function flash(part) {
    part.classList.add('hint-at');
    window.setTimeout(function () { part.classList.remove('hint-at'); }, 1600);
  }

  // A second press while the first is under way does nothing.
  form.addEventListener('submit', function (event) {
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (event.submitter && event.submitter.formTarget === '_blank') return;
    form.dataset.sent = '1';
    window.setTimeout(function () { delete form.dataset.sent; }, 15000);
  });
  window.addEventListener('pageshow', function () { delete form.dataset.sent; });
})();

// Enhancements only: every page reads and every form sends without this file.
(function () {
  'use strict';
  var root = document;

  // What only works with script is hidden until there is script.
  root.querySelectorAll('[data-js]').forEach(function (part) { part.hidden = false; });

  root.addEventListener('click', function (event) {
    var target = event.target.closest ? event.target.closest('[data-print],[data-copy],[data-share]') : null;
    if (!target) return;
    if (target.hasAttribute('data-print')) {
      event.preventDefault();
      window.print();
    } else if (target.hasAttribute('data-share')) {
      // Given up by the reader, it fails; nothing is to be said about that.
      navigator.share({ title: root.title, url: target.getAttribute('data-share') }).catch(function () {});
    } else {
      copy(target.getAttribute('data-copy')).then(function () { target.textContent = '已复制'; },
        function () { target.textContent = '请从地址栏复制'; });
    }
  });

  // Without HTTPS, and in old browsers, there is no clipboard to write to: the old way then.
  function copy(words) {
    if (navigator.clipboard) return navigator.clipboard.writeText(words);
    return new Promise(function (done, failed) {
      var field = root.createElement('textarea');
      field.value = words;
      field.setAttribute('readonly', '');
      field.className = 'vh';
      root.body.appendChild(field);
      field.select();
      var copied = root.execCommand('copy');
      field.remove();
      if (copied) done(); else failed();
    });
  }

  // The system's own sheet where there is one. Inside WeChat the code cannot be scanned: the menu
  // at the top right passes the page on.
  if (navigator.share) {
    root.querySelectorAll('[data-share]').forEach(function (button) { button.hidden = false; });
  }
  if (/MicroMessenger/i.test(navigator.userAgent)) {
    root.querySelectorAll('[data-scan]').forEach(function (part) { part.hidden = true; });
    root.querySelectorAll('[data-wechat]').forEach(function (part) { part.hidden = false; });
  }

  // A passkey that did not work says so on the page, in our words, not in the console.
  root.addEventListener('allauth.error', function (event) {
    var words = root.querySelector('[data-key-error]');
    if (!words) return;
    event.preventDefault();
    words.hidden = false;
  });

  // The drawer: traps focus, closes on Esc, gives the scroll position back.
  var nav = root.getElementById('nav');
  var opener = null;
  var scroll = 0;
  function close() {
    if (!nav.classList.contains('open')) return;
    nav.classList.remove('open');
    nav.removeAttribute('role');
    nav.removeAttribute('aria-modal');
    if (opener) opener.focus({ preventScroll: true });
    window.scrollTo(0, scroll);
  }
  root.querySelectorAll('[data-drawer]').forEach(function (link) {
    link.addEventListener('click', function (event) {
      event.preventDefault();
      opener = link;
      scroll = window.scrollY;
      nav.classList.add('open');
      nav.setAttribute('role', 'dialog');
      nav.setAttribute('aria-modal', 'true');
      nav.querySelector('[data-drawer-close]').focus();
    });
  });
  root.querySelectorAll('[data-drawer-close]').forEach(function (link) {
    link.addEventListener('click', function (event) {
      if (!nav.classList.contains('open')) return;
      event.preventDefault();
      close();
    });
  });
  root.addEventListener('keydown', function (event) {
    if (!nav || !nav.classList.contains('open')) return;
    if (event.key === 'Escape') close();
    if (event.key !== 'Tab') return;
    var stops = nav.querySelectorAll('a');
    var first = stops[0];
    var last = stops[stops.length - 1];
    if (event.shiftKey && root.activeElement === first) { event.preventDefault(); last.focus(); }
    if (!event.shiftKey && root.activeElement === last) { event.preventDefault(); first.focus(); }
  });

  // Slides: the anchors move the strip sideways without moving the page; the mark follows.
  root.querySelectorAll('.slides').forEach(function (slides) {
    var strip = slides.querySelector('ol');
    var marks = slides.querySelectorAll('.slides__n a');
    var number = slides.querySelector('[data-slide]');
    marks.forEach(function (mark, place) {
      mark.addEventListener('click', function (event) {
        event.preventDefault();
        strip.scrollTo({ left: place * strip.clientWidth });
      });
    });
    // The browser itself leaves the second slide outside when the focus comes from the first.
    strip.addEventListener('focusin', function (event) {
      strip.scrollLeft = event.target.closest('li').offsetLeft - strip.firstElementChild.offsetLeft;
    });
    strip.addEventListener('scroll', function () {
      var now = Math.round(strip.scrollLeft / strip.clientWidth);
      marks.forEach(function (mark, place) {
        if (place === now) mark.setAttribute('aria-current', 'true');
        else mark.removeAttribute('aria-current');
      });
      number.textContent = now + 1;
    });
  });

  // --- what a search field offers while somebody types (WAI-ARIA combobox with a list) -----------
  root.querySelectorAll('[data-suggest]').forEach(function (field, order) {
    var box = field.closest('.search');
    var list = root.createElement('ul');
    var waiting = null;
    var asked = '';
    var active = -1;
    list.id = 'suggest-' + order;
    list.className = 'suggest';
    list.hidden = true;
    list.setAttribute('role', 'listbox');
    list.setAttribute('aria-label', '搜索建议');
    field.setAttribute('role', 'combobox');
    field.setAttribute('aria-autocomplete', 'list');
    field.setAttribute('aria-controls', list.id);
    field.setAttribute('aria-expanded', 'false');
    box.appendChild(list);

    function options() { return list.querySelectorAll('[role=option]'); }
    function fold() {
      list.hidden = true;
      active = -1;
      field.setAttribute('aria-expanded', 'false');
      field.removeAttribute('aria-activedescendant');
    }
    function point(place) {
      var rows = options();
      active = (place + rows.length + 1) % (rows.length + 1);
      rows.forEach(function (row, number) {
        row.setAttribute('aria-selected', String(number === active));
      });
      if (rows[active]) field.setAttribute('aria-activedescendant', rows[active].id);
      else field.removeAttribute('aria-activedescendant');
    }
    function show(facts) {
      list.textContent = '';
      active = -1;
      [['people', '通讯员'], ['units', '单位'], ['articles', '']].forEach(function (kind) {
        (facts[kind[0]] || []).forEach(function (one) {
          var row = root.createElement('li');
          var words = root.createElement('span');
          row.id = list.id + '-' + list.childElementCount;
          row.setAttribute('role', 'option');
          row.setAttribute('aria-selected', 'false');
          row.dataset.address = one.address;
          words.textContent = one.text;
          row.appendChild(words);
          if (kind[1]) {
            var label = root.createElement('small');
            label.textContent = kind[1];
            row.appendChild(label);
          }
          list.appendChild(row);
        });
      });
      list.hidden = !list.childElementCount;
      field.setAttribute('aria-expanded', String(!list.hidden));
    }
    field.addEventListener('input', function (event) {
      clearTimeout(waiting);
      // Half a syllable of an input method is no word yet.
      if (event.isComposing) return;
      asked = field.value.trim();
      if (asked.length < 2) { fold(); return; }
      waiting = setTimeout(function () {
        var words = asked;
        fetch(field.dataset.suggest + '?q=' + encodeURIComponent(words), { credentials: 'same-origin' })
          .then(function (answer) { return answer.ok ? answer.json() : {}; })
          .then(function (facts) { if (words === asked && root.activeElement === field) show(facts); })
          .catch(function () { /* the button searches all the same */ });
      }, 200);
    });
    field.addEventListener('compositionend', function () {
      field.dispatchEvent(new Event('input'));
    });
    field.addEventListener('keydown', function (event) {
      if (list.hidden || event.isComposing) return;
      var row = options()[active];
      if (event.key === 'ArrowDown') { event.preventDefault(); point(active + 1); }
      else if (event.key === 'ArrowUp') { event.preventDefault(); point(active - 1); }
      else if (event.key === 'Escape') { event.preventDefault(); fold(); }
      else if (event.key === 'Enter' && row) {
        event.preventDefault();
        window.location.assign(row.dataset.address);
      }
    });
    list.addEventListener('mousedown', function (event) {
      var row = event.target.closest('[role=option]');
      event.preventDefault();
      if (row) window.location.assign(row.dataset.address);
    });
    field.addEventListener('blur', fold);
  });

  // --- an article that was looked at for some seconds tells so: no cookie, no address of ours ------
  var read = root.querySelector('[data-read]');
  var pause = 5000;
  function tellOnce() {
    var key = 'read:' + read.getAttribute('data-read');
    try {
      if (Date.now() - Number(sessionStorage.getItem(key) || 0) < 18e5) return;
      sessionStorage.setItem(key, String(Date.now()));
    } catch (error) { /* nothing may be kept here: the server knows repeats too */ }
    fetch(read.getAttribute('data-read'), { method: 'POST', credentials: 'omit', keepalive: true })
      .catch(function () { /* not counted */ });
  }
  function watch() {
    var waiting = null;
    function look() {
      clearTimeout(waiting);
      if (root.visibilityState !== 'visible') return;
      waiting = setTimeout(function () {
        root.removeEventListener('visibilitychange', look);
        tellOnce();
      }, pause);
    }
    root.addEventListener('visibilitychange', look);
    look();
  }
  if (read && window.fetch) watch();
})();

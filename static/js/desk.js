// The desk by keyboard: the queue with a reading pane, and the decisions. Every key presses a
// button or a link that is there without it.
(function () {
  'use strict';
  var pane = document.getElementById('pane');
  var rows = pane ? Array.prototype.slice.call(document.querySelectorAll('#result_list tbody tr'))
    .filter(function (row) { return row.querySelector('a[data-manuscript]'); }) : [];
  var at = -1;

  // --- stock reasons ------------------------------------------------------------------------
  function addReason(button) {
    var note = document.getElementById('step-note');
    var reason = button.getAttribute('data-reason');
    note.value = note.value ? note.value + '\uff1b' + reason : reason;
  }
  document.addEventListener('click', function (event) {
    var button = event.target.closest && event.target.closest('[data-reason]');
    if (button) { addReason(button); document.getElementById('step-note').focus(); }
  });

  // --- a decision that needs a note -----------------------------------------------------------
  var pending = null;
  function decide(button) {
    var note = document.getElementById('step-note');
    if (button.hasAttribute('data-note') && note && !note.value.trim()) {
      pending = button;
      hint('“' + button.firstChild.textContent.trim() + '”要写意见：按数字选常用原因，或按 N 写；写好再按 '
        + button.getAttribute('data-key') + '，或 Ctrl+Enter。');
      var reason = document.querySelector('[data-reason]');
      (reason || note).focus();
      return;
    }
    button.click();
  }
  function hint(words) {
    var spot = document.getElementById('decide-hint');
    var form = document.querySelector('[data-decide]');
    if (!spot && form) {
      spot = document.createElement('p');
      spot.id = 'decide-hint';
      spot.className = 'rv-note';
      spot.setAttribute('role', 'status');
      form.insertBefore(spot, form.firstChild);
    }
    if (spot) spot.textContent = words;
  }
  // A second press of the button while the first is under way does nothing.
  document.addEventListener('submit', function (event) {
    var form = event.target;
    if (!form.matches('.rv form')) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = '1';
    if (pane) back(form, event.submitter);
  });
  window.addEventListener('pageshow', function () {
    Array.prototype.forEach.call(document.querySelectorAll('form[data-sent]'), function (form) {
      delete form.dataset.sent;
    });
  });

  // --- the pane beside the list ---------------------------------------------------------------
  function link(row) { return row.querySelector('a[data-manuscript]'); }
  function mark(place, quiet) {
    if (place < 0 || place >= rows.length) return;
    if (rows[at]) rows[at].classList.remove('q-at');
    at = place;
    rows[at].classList.add('q-at');
    rows[at].scrollIntoView({ block: 'nearest' });
    if (!quiet) link(rows[at]).focus({ preventScroll: true });
  }
  function open(place, address) {
    mark(place, true);
    var anchor = link(rows[at]);
    var number = anchor.getAttribute('data-manuscript');
    var where = address ? new URL(address, location.href).search : '';
    pane.hidden = false;
    document.body.classList.add('q-reading');
    pane.setAttribute('aria-busy', 'true');
    fetch(anchor.pathname.replace(/change\/$/, 'read/') + where, { credentials: 'same-origin' })
      .then(function (response) {
        if (!response.ok) throw new Error(response.status);
        return response.text();
      }).then(function (text) {
        if (link(rows[at]).getAttribute('data-manuscript') !== number) return;
        pane.innerHTML = text;
        pane.scrollTop = 0;
        pane.removeAttribute('aria-busy');
        pane.focus({ preventScroll: true });
        dress();
        history.replaceState(null, '', location.search + '#gao-' + number);
      }).catch(function () { location.assign(anchor.href); });
  }
  function close() {
    pane.hidden = true;
    pane.textContent = '';
    document.body.classList.remove('q-reading');
    history.replaceState(null, '', location.pathname + location.search);
    if (rows[at]) link(rows[at]).focus();
  }
  // After a decision: the same list, with the next one open.
  function back(form, button) {
    var decision = form.querySelector('[value=pass_on]')
      || form.hasAttribute('data-decide') && !(button && button.value === 'claim');
    var next = decision ? rows[at + 1] || rows[at - 1] : rows[at];
    var input = document.createElement('input');
    input.type = 'hidden';
    input.name = '_back';
    input.value = (location.search || '')
      + (next ? (decision ? '#gao-' : '#zai-') + link(next).getAttribute('data-manuscript') : '');
    if (!input.value) input.value = '#';
    form.appendChild(input);
  }
  if (pane && rows.length) {
    document.getElementById('keys').hidden = false;
    rows.forEach(function (row, place) {
      link(row).addEventListener('click', function (event) {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.button
          || window.innerWidth < 1200) return;
        event.preventDefault();
        open(place);
      });
    });
    pane.addEventListener('click', function (event) {
      var tab = event.target.closest('a[data-tab]');
      if (!tab) return;
      event.preventDefault();
      open(at, tab.href);
    });
    var wanted = /^#(gao|zai)-(\d+)$/.exec(location.hash);
    var there = wanted ? rows.findIndex(function (row) {
      return link(row).getAttribute('data-manuscript') === wanted[2];
    }) : -1;
    if (there >= 0) open(there);
    // What was claimed may have left the list by that: its own page goes on.
    else if (wanted && wanted[1] === 'zai') location.replace(location.pathname + wanted[2] + '/change/');
  }

  // --- passages with remarks --------------------------------------------------------------------
  function dress() {
    var text = document.querySelector('.rv [data-text]');
    if (!text) return;
    Array.prototype.forEach.call(document.querySelectorAll('.rv .rv-c q'), function (quote, number) {
      var walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
      var node;
      while ((node = walker.nextNode())) {
        var place = node.nodeValue.indexOf(quote.textContent);
        if (place < 0) continue;
        var range = document.createRange();
        range.setStart(node, place);
        range.setEnd(node, place + quote.textContent.length);
        var passage = document.createElement('mark');
        range.surroundContents(passage);
        var sign = document.createElement('sup');
        var go = document.createElement('a');
        go.href = '#' + quote.closest('.rv-c').id;
        go.textContent = number + 1;
        sign.appendChild(go);
        passage.appendChild(sign);
        break;
      }
    });
  }
  dress();
  document.addEventListener('selectionchange', function () {
    var field = document.getElementById('say-quote');
    var chosen = document.getSelection();
    if (!field || !chosen || !chosen.rangeCount || chosen.isCollapsed) return;
    var text = document.querySelector('.rv .sheet__in');
    if (text && text.contains(chosen.anchorNode) && text.contains(chosen.focusNode)) {
      field.value = chosen.toString().replace(/\s+/g, ' ').trim().slice(0, 300);
    }
  });

  // --- keys -------------------------------------------------------------------------------------
  document.addEventListener('keydown', function (event) {
    var field = event.target.closest('input:not([type=checkbox]), textarea, select, [contenteditable]');
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && event.target.id === 'step-note') {
      event.preventDefault();
      if (pending && pending.isConnected) pending.click();
      return;
    }
    if (event.key === 'Escape' && pane && !pane.hidden) {
      if (field) field.blur(); else close();
      return;
    }
    if (document.body.classList.contains('keys-off')) return;
    if (field || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    var key = window.deskKey(event.key);
    if (rows.length) {
      if (key === 'J' || key === 'K') {
        var place = at < 0 ? 0 : at + (key === 'J' ? 1 : -1);
        if (place < 0 || place >= rows.length) return;
        if (pane.hidden) mark(place); else open(place);
        event.preventDefault();
        return;
      }
      if (key === 'O' && rows[at < 0 ? 0 : at]) { open(at < 0 ? 0 : at); event.preventDefault(); return; }
      if (key === 'X' && rows[at]) {
        var box = rows[at].querySelector('input[type=checkbox]');
        if (box) box.click();
        return;
      }
    }
    if (/^[1-9]$/.test(key)) {
      var reason = document.querySelectorAll('[data-reason]')[Number(key) - 1];
      if (reason) { addReason(reason); event.preventDefault(); }
      return;
    }
    if (key === 'N') {
      var note = document.getElementById('step-note');
      if (note) { note.focus(); event.preventDefault(); }
      return;
    }
    var button = document.querySelector('[data-decide] button[data-key="' + key + '"]');
    if (button) { event.preventDefault(); decide(button); }
  });
})();

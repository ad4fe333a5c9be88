// The writing screen: choosing a person fills the row of the byline; hints, checklist and likeness are
// looked at again while somebody writes. Without it the server fills name and unit, and leaves the role
// as it was chosen, and the other cards are those of the page of reading.
(function () {
  'use strict';
  var $ = window.django && window.django.jQuery;
  var rows = document.getElementById('bylines-group');
  if (!$ || !rows) { return; }

  function field(row, name) { return row.querySelector('[name$="-' + name + '"]'); }
  // What somebody typed stays; what an earlier choice put in gives way to the next one.
  function put(input, value) {
    if (!input || (input.value.trim() && input.value !== input.dataset.filled)) { return false; }
    input.value = value || '';
    input.dataset.filled = input.value;
    return true;
  }
  function tell(row, words) {
    var spot = row.querySelector('.ws-filled');
    if (!spot) {
      spot = document.createElement('p');
      spot.className = 'ws-filled';
      spot.setAttribute('role', 'status');
      row.appendChild(spot);
    }
    spot.textContent = words;
  }
  function fill(row, about) {
    var role = field(row, 'role');
    var named = put(field(row, 'name'), about.name);
    var placed = put(field(row, 'unit_text'), about.unit);
    // A row that is new has the first role, which nobody chose.
    if (!field(row, 'id').value) { role.value = about.role; }
    var unit = field(row, 'organisation');
    if (placed && unit && (!unit.value || unit.value === unit.dataset.filled)) {
      if (about.organisation) {
        unit.appendChild(new Option(about.organisation[1], about.organisation[0], true, true));
      } else {
        unit.value = '';
      }
      unit.dataset.filled = unit.value;
      $(unit).trigger('change.select2');
    }
    tell(row, named && placed ? '✓ ' + about.told
      : '姓名、单位里已经写了的没有改，请核对是不是' + about.name + '。');
  }
  $(rows).on('select2:select', 'select[name$="-correspondent"]', function () {
    var row = this.closest('.inline-related'), select = this, chosen = this.value;
    if (!chosen) { return; }
    var address = location.pathname.replace(/(add|change)\/$/, '') + 'person/' + chosen + '/';
    fetch(address, { credentials: 'same-origin', headers: { Accept: 'application/json' } })
      .then(function (response) {
        if (!response.ok || response.redirected) { throw new Error(String(response.status)); }
        return response.json();
      })
      .then(function (about) { if (select.value === chosen) { fill(row, about); } })
      .catch(function () { tell(row, '没有取到档案，保存时会按档案补上空着的姓名和单位。'); });
  });
})();

(function () {
  'use strict';
  var host = document.querySelector('[data-checks]');
  if (!host) { return; }
  var form = host.closest('form'), box = document.getElementById('id_body');
  var PAUSE = 1500, hints = [], timer = null, asked = 0;
  function editor() { return box && window.DeskEditors && window.DeskEditors[box.id]; }
  function named(name) { return hints.filter(function (hint) { return hint.key === name; })[0]; }
  function decide(deed, keys) {
    keys.forEach(function (name) {
      var input = document.createElement('input');
      input.type = 'hidden';
      input.name = '_hint';
      var hint = deed === 'accept' && named(name);
      // What was typed and mended between two savings is known to this page alone.
      input.value = deed + ':' + name
        + (hint ? ':' + encodeURIComponent(JSON.stringify([hint.rule, hint.found, hint.suggest])) : '');
      form.appendChild(input);
    });
    form.dispatchEvent(new Event('input'));
    hints = hints.filter(function (hint) { return keys.indexOf(hint.key) < 0; });
    if (editor()) { editor().showHints(hints); }
  }
  function left() {
    return Array.prototype.map.call(form.querySelectorAll('[name=_hint]'), function (input) {
      return input.value.split(':')[1];
    });
  }
  // In a line of the head: at its place, or where the words stand now.
  function intoLine(hint) {
    var line = form.elements[hint.where];
    if (!line || line.value === undefined || hint.suggest === null || !hint.found) { return false; }
    var at = line.value.substr(hint.start, hint.found.length) === hint.found ? hint.start : line.value.indexOf(hint.found);
    if (at < 0) { return false; }
    line.value = line.value.slice(0, at) + hint.suggest + line.value.slice(at + hint.found.length);
    return true;
  }
  function accept(keys) {
    var wanted = keys.map(named).filter(Boolean);
    var within = wanted.filter(function (hint) { return hint.where === 'body'; });
    var done = editor() ? editor().acceptHints(within) : [];
    wanted.forEach(function (hint) { if (hint.where !== 'body' && intoLine(hint)) { done.push(hint.key); } });
    decide('accept', done);
    if (done.length < wanted.length && editor()) { editor().say('有 ' + (wanted.length - done.length) + ' 处要在它所在的框里改。'); }
    look();
  }
  host.addEventListener('click', function (event) {
    var button = event.target.closest('button[name=do]'), link = event.target.closest('[data-hint-key]');
    if (button) {
      event.preventDefault();
      var parts = button.value.split(':'), keys = parts[1].split(',');
      if (parts[0] === 'accept') { accept(keys); } else { decide('ignore', keys); look(); }
    } else if (link && editor() && editor().goToHint(link.dataset.hintKey)) { event.preventDefault(); }
  });
  document.addEventListener('desk:walk', function (event) { if (editor()) { editor().walkHints(event.detail); } });
  function look() {
    window.clearTimeout(timer);
    timer = null;
    var data = new FormData(), number = asked += 1;
    ['csrfmiddlewaretoken', 'title', 'kicker', 'subtitle', 'summary', 'body', 'byline_text', 'source', 'origin', 'ai_note']
      .forEach(function (name) { if (form.elements[name]) { data.append(name, form.elements[name].value); } });
    left().forEach(function (name) { data.append('_hint', 'ignore:' + name); });
    fetch(host.dataset.checks, { method: 'POST', body: data, credentials: 'same-origin' })
      .then(function (response) {
        if (!response.ok || response.redirected) { throw new Error(String(response.status)); }
        return response.json();
      })
      .then(function (answer) {
        if (number !== asked) { return; }
        var decided = left();
        hints = answer.hints.filter(function (hint) { return decided.indexOf(hint.key) < 0; });
        var held = document.activeElement, buttons = host.querySelectorAll('button[name=do]');
        var place = Array.prototype.indexOf.call(buttons, held);
        Object.keys(answer.cards).forEach(function (name) {
          host.querySelector('[data-part=' + name + ']').innerHTML = answer.cards[name];
          state(name, answer.states[name][0], answer.states[name][1]);
        });
        if (place >= 0) {
          var now = host.querySelectorAll('button[name=do]');
          (now[Math.min(place, now.length - 1)] || host.querySelector('#hints summary')).focus({ preventScroll: true });
        }
        if (editor()) { editor().showHints(hints); }
      })
      .catch(function () { /* the cards stay as they were; saving looks anew */ });
  }
  function state(name, word, tone) {
    var card = document.querySelector('[data-card=' + name + ']');
    if (!card) { return; }
    card.className = 'ix--' + (tone || 'ok');
    card.querySelector('b').textContent = word;
  }
  form.addEventListener('input', function () {
    window.clearTimeout(timer);
    timer = window.setTimeout(look, PAUSE);
  });
  var everybody = form.querySelector('[data-all=photographer]');
  if (everybody) {
    everybody.addEventListener('change', function () {
      Array.prototype.forEach.call(form.querySelectorAll('[name^=images-][name$=-photographer]'), function (field) {
        var row = field.closest('.inline-related');
        var used = row && (row.classList.contains('has_original') || row.querySelector('[name$=-from_library]').value);
        if (used && !field.value.trim()) { field.value = everybody.value; }
      });
    });
  }
  look();
})();

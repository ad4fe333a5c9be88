// The writing screen: choosing a person fills the row of the byline. Without it the server fills name
// and unit, and leaves the role as it was chosen.
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

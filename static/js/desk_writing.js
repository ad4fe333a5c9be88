// The writing screen: choosing a person fills the row of the byline. Without it the server does.
(function () {
  'use strict';
  var $ = window.django && window.django.jQuery;
  var rows = document.getElementById('bylines-group');
  if (!$ || !rows) { return; }

  function field(row, name) { return row.querySelector('[name$="-' + name + '"]'); }
  function put(input, value) {
    if (input && value && !input.value.trim()) { input.value = value; }
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
    put(field(row, 'name'), about.name);
    put(field(row, 'unit_text'), about.unit);
    // A row that is new has the first role, which nobody chose.
    if (!field(row, 'id').value) { role.value = about.role; }
    var unit = field(row, 'organisation');
    if (about.organisation && unit && !unit.value) {
      unit.appendChild(new Option(about.organisation[1], about.organisation[0], true, true));
      $(unit).trigger('change.select2');
    }
    tell(row, '✓ ' + about.told);
  }
  $(rows).on('select2:select', 'select[name$="-correspondent"]', function () {
    var row = this.closest('.inline-related');
    if (!this.value) { return; }
    var address = location.pathname.replace(/(add|change)\/$/, '') + 'person/' + this.value + '/';
    fetch(address, { credentials: 'same-origin', headers: { Accept: 'application/json' } })
      .then(function (response) {
        if (!response.ok || response.redirected) { throw new Error(String(response.status)); }
        return response.json();
      })
      .then(function (about) { fill(row, about); })
      .catch(function () { tell(row, '没有取到档案，保存时会按档案补上空着的姓名和单位。'); });
  });
})();
